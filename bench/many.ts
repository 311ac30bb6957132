/**
 * AT_ONCE completions at once from one script, against a local server that answers after 100 ms: how long all of them
 * take, beside the plain SDK; and the memory of both processes of a run after so many calls one after the other
 * (CALLS in all), which must not grow. Linux only.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, count, emptyFolder } from "./binary.ts";
import { enginesFor, scriptFor } from "./engines.ts";
import { whenQuiet } from "./quiet.ts";
import { startBenchServer, WIDE_PROFILE } from "./start-model-server.ts";
import { median, show } from "./statistics.ts";
import { printTable } from "./table.ts";

const AT_ONCE = count("AT_ONCE", 100);
const ROUNDS = count("ROUNDS", 5);
const CALLS = count("CALLS", 10_000);
const STEPS = 5;
const DELAY_MS = 100;

const folder = emptyFolder();
await Bun.write(join(folder, "bench.yaml"), WIDE_PROFILE);
const WORDS = ["exec", "-q", "--profile", "./bench.yaml", "--model", "openai/bench", "--no-journal", "--engine"];
const environment = (address: string) => ({ HOME: folder, OPENAI_API_KEY: "bench", OPENAI_BASE_URL: `${address}/v1` });

const TOGETHER = {
  lua: `local before, tasks = time.milliseconds(), {}
    for i = 1, ${AT_ONCE} do tasks[i] = async.spawn(function() llm.complete("Name a bird") end) end
    for i = 1, ${AT_ONCE} do tasks[i]:await() end
    print(time.milliseconds() - before)`,
  javascript: `const before = await time.milliseconds();
    await Promise.all(Array.from({ length: ${AT_ONCE} }, () => llm.complete("Name a bird")));
    console.log(await time.milliseconds() - before)`,
  tengo: `before := import("time").milliseconds()
    tasks := []
    for i := 0; i < ${AT_ONCE}; i++ { tasks = append(tasks, async.spawn(func() { llm.complete("Name a bird") })) }
    for task in tasks { task.await() }
    import("fmt").println(import("time").milliseconds() - before)`,
};

async function together(): Promise<void> {
  const address = await startBenchServer(DELAY_MS);
  const plain = [process.execPath, join(import.meta.dir, "plain-many.ts"), address, String(AT_ONCE)];
  const kinds: Record<string, readonly string[]> = { "the openai SDK by itself": plain };
  for (const engine of enginesFor(TOGETHER)) {
    kinds[`a spell (${engine.id})`] = [BINARY, ...WORDS, engine.id, "-e", scriptFor(engine, TOGETHER)];
  }
  const rows: string[][] = [];
  const times = new Map(Object.keys(kinds).map((name): [string, { ms: number; open: number }[]] => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, command] of Object.entries(kinds)) {
      await whenQuiet();
      const run = Bun.spawn([...command], { cwd: folder, env: environment(address), stdin: "ignore", stderr: "pipe" });
      const [said, error, status] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
      if (status !== 0) throw new Error(error);
      const open = (await (await fetch(`${address}/open`)).json()) as number;
      times.get(name)?.push({ ms: Number(said), open });
    }
  }
  for (const [name, list] of times) {
    rows.push([name, show(median(list.map(({ ms }) => ms))), String(median(list.map(({ open }) => open)))]);
  }
  const title = `${AT_ONCE} completions at once; the server waits ${DELAY_MS} ms; the median of ${ROUNDS}`;
  printTable({ title, columns: ["by", "ms for all", "open at once"], rows });
}

const EACH = CALLS / STEPS;
const LONG = {
  lua: `for step = 1, ${STEPS} do for i = 1, ${EACH} do llm.complete("Name a bird") end print(step) end`,
  javascript: `for (let step = 1; step <= ${STEPS}; step++) { for (let i = 0; i < ${EACH}; i++) await llm.complete("Name a bird"); console.log(step) }`,
  tengo: `for step := 1; step <= ${STEPS}; step++ {
      for i := 0; i < ${EACH}; i++ { answer := llm.complete("Name a bird"); if is_error(answer) { export answer } }
      import("fmt").println(step)
    }`,
};

/** Resident MiB. */
function residentOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

async function oneAfterAnother(): Promise<void> {
  const address = await startBenchServer(0);
  const rows: string[][] = [];
  for (const engine of enginesFor(LONG)) {
    const command = [BINARY, ...WORDS, engine.id, "-e", scriptFor(engine, LONG)];
    const run = Bun.spawn(command, { cwd: folder, env: environment(address), stdin: "ignore", stderr: "inherit" });
    const sizes: { own: number; child: number }[] = [];
    for await (const chunk of run.stdout) {
      for (const _step of new TextDecoder().decode(chunk).trim().split("\n")) {
        if (run.exitCode !== null) continue;
        sizes.push({ own: residentOf(run.pid), child: residentOf(childOf(run.pid)) });
      }
    }
    if ((await run.exited) !== 0) throw new Error(`It failed after ${sizes.length} steps`);
    rows.push([`broker (${engine.id})`, ...sizes.map(({ own }) => own.toFixed(0))]);
    rows.push([`spell's process (${engine.id})`, ...sizes.map(({ child }) => child.toFixed(0))]);
  }
  const columns = ["process", ...Array.from({ length: STEPS }, (_, step) => `after ${(step + 1) * EACH}`)];
  printTable({ title: "Resident memory, MiB, after so many completions", columns, rows });
}

await together();
await oneAfterAnother();
