/**
 * One stream of CHUNKS pieces from a local server that sends them as fast as they are read, walked through by a spell in
 * each language (the compiled binary: SDK, gate, and a process for the spell) and by the plain openai SDK, each in a
 * process of its own and in turns. Each tells the time from its question to its last piece; what a piece takes more
 * in a spell is the difference.
 */
import { join } from "node:path";
import { BINARY, count, emptyFolder } from "./binary.ts";
import { enginesFor, scriptFor } from "./engines.ts";
import { whenQuiet } from "./quiet.ts";
import { startBenchServer, WIDE_PROFILE } from "./start-model-server.ts";
import { median, show } from "./statistics.ts";
import { printTable } from "./table.ts";

const CHUNKS = count("CHUNKS", 10_000);
const ROUNDS = count("ROUNDS", 5);

const SCRIPTS = {
  lua: `local before, pieces = time.milliseconds(), 0
    for piece in llm.stream("Go on") do pieces = pieces + 1 end
    print(pieces, time.milliseconds() - before)`,
  javascript: `const before = await time.milliseconds(); let pieces = 0;
    for await (const piece of await llm.stream("Go on")) pieces++;
    console.log(pieces, await time.milliseconds() - before)`,
  tengo: `before := import("time").milliseconds()
    pieces := 0
    for piece in llm.stream("Go on") { pieces += 1 }
    import("fmt").println(pieces, " ", import("time").milliseconds() - before)`,
};

const address = await startBenchServer(0, CHUNKS);
const folder = emptyFolder();
await Bun.write(join(folder, "bench.yaml"), WIDE_PROFILE);
const PLAIN = "the openai SDK by itself";
const kinds: Record<string, readonly string[]> = {
  [PLAIN]: [process.execPath, join(import.meta.dir, "plain-stream.ts"), address],
};
for (const engine of enginesFor(SCRIPTS)) {
  const words = [
    "exec",
    "-q",
    "--engine",
    engine.id,
    "--profile",
    "./bench.yaml",
    "--model",
    "openai/bench",
    "--no-journal",
  ];
  kinds[`a spell (${engine.id})`] = [BINARY, ...words, "-e", scriptFor(engine, SCRIPTS)];
}

/** Milliseconds of the whole stream. */
async function walk(command: readonly string[]): Promise<number> {
  const env = { HOME: folder, OPENAI_API_KEY: "bench", OPENAI_BASE_URL: `${address}/v1` };
  const run = Bun.spawn([...command], { cwd: folder, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [said, error, status] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
  const [pieces, milliseconds] = said.trim().split(/\s+/).map(Number);
  if (status !== 0 || pieces !== CHUNKS) throw new Error(`${pieces} pieces came: ${error}`);
  return milliseconds ?? Number.NaN;
}

const times = new Map(Object.keys(kinds).map((name): [string, number[]] => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, command] of Object.entries(kinds)) {
    await whenQuiet();
    times.get(name)?.push(await walk(command));
  }
}

const base = median(times.get(PLAIN) ?? []);
printTable({
  title: `A stream of ${CHUNKS} pieces, the median of ${ROUNDS}`,
  columns: ["by", "ms", "pieces a second", "more a piece, µs"],
  rows: [...times].map(([name, list]) => {
    const time = median(list);
    const more = name === PLAIN ? "" : (((time - base) / CHUNKS) * 1000).toFixed(1);
    return [name, show(time), ((CHUNKS / time) * 1000).toFixed(0), more];
  }),
});
