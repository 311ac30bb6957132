/**
 * One `llm.complete` after another against a local server that answers after 10 ms: by the compiled binary running
 * a spell (command line, gate, SDK, a process for the spell) and by the plain openai SDK in a loop. Both are
 * measured alike, at the server: from one request's arrival to the next one's. Beside them the SDK that is asked by
 * another process over a pipe, and nothing else. Each round is a new process of each kind, in turns; calls are told
 * apart into the first ones, when code is still cold, the next, and those after a thousand.
 * `N=300 bun bench/complete.ts` sets the calls of the later stretches.
 */
import { join } from "node:path";
import { BINARY, count, emptyFolder } from "./binary.ts";
import { enginesFor, scriptFor } from "./engines.ts";
import { whenQuiet } from "./quiet.ts";
import { median, percentile, show } from "./statistics.ts";
import { printTable } from "./table.ts";

const LATER = count("N", 300);
const ROUNDS = count("ROUNDS", 2);
/** Calls that are not counted at all: connecting, loading. */
const SKIPPED = 5;
const FIRST = 95;
/** Calls before the last stretch: by then the compilers have done most of what they will do. */
const WARM_AFTER = 1000;
const CALLS = Math.max(SKIPPED + FIRST + LATER, WARM_AFTER + LATER) + 1;
/** From which gap to which: between a call's arrival and the next one's. */
const STRETCHES = {
  first: [SKIPPED, SKIPPED + FIRST],
  next: [SKIPPED + FIRST, SKIPPED + FIRST + LATER],
  warm: [WARM_AFTER, WARM_AFTER + LATER],
} as const;
type Stretch = keyof typeof STRETCHES;
const DELAY_MS = 10;

const SCRIPTS = {
  lua: `for i = 1, ${CALLS} do llm.complete("Name a bird") end`,
  javascript: `for (let i = 0; i < ${CALLS}; i++) await llm.complete("Name a bird")`,
  tengo: `for i := 0; i < ${CALLS}; i++ {
  answer := llm.complete("Name a bird")
  if is_error(answer) { export answer }
}`,
};

const server = Bun.spawn([process.execPath, join(import.meta.dir, "slow-server.ts"), String(DELAY_MS)], {
  stdout: "pipe",
});
process.on("exit", () => server.kill());
const port = new TextDecoder().decode((await server.stdout.getReader().read()).value).trim();
const address = `http://127.0.0.1:${port}`;

const folder = emptyFolder();
await Bun.write(
  join(folder, "bench.yaml"),
  `extends: standard\nbridges: { llm: { unknownPrices: count-tokens } }\nlimits: { llmCalls: ${CALLS}, calls: ${CALLS}, wallTime: 10m, tokens: 100000k }\n`,
);

const bun = (script: string) => [process.execPath, join(import.meta.dir, script), address, String(CALLS)];
const PLAIN = "the openai SDK by itself";
const kinds: Record<string, readonly string[]> = {
  [PLAIN]: bun("plain-sdk.ts"),
  "the SDK, asked by another process": bun("relayed-sdk.ts"),
};
for (const engine of enginesFor(SCRIPTS)) {
  const words = ["exec", "--engine", engine.id, "--profile", "./bench.yaml", "--model", "openai/bench"];
  kinds[`a spell (${engine.id})`] = [BINARY, ...words, "-e", scriptFor(engine, SCRIPTS)];
}

/** Milliseconds from each request's arrival to the next one's. */
async function betweenArrivals(command: readonly string[]): Promise<number[]> {
  await fetch(`${address}/arrivals`);
  const env = { HOME: folder, OPENAI_API_KEY: "bench", OPENAI_BASE_URL: `${address}/v1` };
  const run = Bun.spawn([...command], { cwd: folder, env, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  if ((await run.exited) !== 0) throw new Error(await run.stderr.text());
  const arrivals = (await (await fetch(`${address}/arrivals`)).json()) as number[];
  if (arrivals.length !== CALLS) throw new Error(`${arrivals.length} requests came, not ${CALLS}`);
  return arrivals.slice(1).map((time, index) => time - (arrivals[index] ?? 0));
}

const times = new Map(
  Object.keys(kinds).map((name): [string, Record<Stretch, number[]>] => [name, { first: [], next: [], warm: [] }]),
);
const stretches = Object.keys(STRETCHES) as Stretch[];
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, command] of Object.entries(kinds)) {
    await whenQuiet();
    const between = await betweenArrivals(command);
    for (const stretch of stretches) times.get(name)?.[stretch].push(...between.slice(...STRETCHES[stretch]));
  }
}

function cells(name: string, stretch: Stretch): string[] {
  const list = times.get(name)?.[stretch] ?? [];
  const base = median(times.get(PLAIN)?.[stretch] ?? []);
  const more = median(list) - base;
  const ratio = name === PLAIN ? "" : `${((more / base) * 100).toFixed(1)} % (${(more * 1000).toFixed(0)} µs)`;
  return [show(median(list)), show(percentile(list, 0.9)), ratio];
}

printTable({
  title: `One completion, ms; the server waits ${DELAY_MS} ms; calls ${SKIPPED + 1} to ${SKIPPED + FIRST}, the ${LATER} next, and ${LATER} after ${WARM_AFTER}; ${ROUNDS} rounds`,
  columns: ["by", ...stretches.flatMap((stretch) => [`${stretch}: median`, "p90", "more"])],
  rows: Object.keys(kinds).map((name) => [name, ...stretches.flatMap((stretch) => cells(name, stretch))]),
});
server.kill();
