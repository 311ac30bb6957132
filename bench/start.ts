/**
 * Whole processes, from start to exit: `run hello` (mock model, empty folder, no environment) beside the same
 * binary printing its version, and a compiled program that only prints one line. The kinds take turns, so that
 * whatever else the machine does meets all of them alike. `N=100 bun bench/start.ts` sets the rounds.
 */
import { join } from "node:path";
import { BINARY, count, emptyFolder } from "./binary.ts";
import { whenQuiet } from "./quiet.ts";
import { buildBare } from "./build-bare.ts";
import { median, percentile, show } from "./statistics.ts";
import { printTable } from "./table.ts";

const rounds = count("N", 100);
const WARM_UP = 5;
const folder = emptyFolder();

const BASE = "llmspell --version";
const kinds: Readonly<Record<string, readonly string[]>> = {
  [BASE]: [BINARY, "--version"],
  "bare hello-world (bun build --compile)": [await buildBare(join(folder, "bare"), 'console.log("Hello");')],
  "run hello (Lua)": [BINARY, "run", "hello"],
  "run hello (JavaScript)": [BINARY, "run", "hello/main.js"],
  "run hello (TypeScript)": [BINARY, "run", "hello/main.ts"],
  "run hello (Tengo)": [BINARY, "run", "hello/main.tengo"],
  "run hello (fengari)": [BINARY, "run", "hello", "--engine", "fengari"],
};

/** Milliseconds of one process: on the clock, and of the processors (its own and its children's). */
interface Sample {
  readonly clock: number;
  readonly processors: number;
}

function timeOnce(command: readonly string[]): Sample {
  const started = Bun.nanoseconds();
  const done = Bun.spawnSync([...command], { cwd: folder, env: { HOME: folder }, stdin: "ignore" });
  const clock = (Bun.nanoseconds() - started) / 1e6;
  if (!done.success) throw new Error(`${command.join(" ")} failed: ${done.stderr.toString()}`);
  return { clock, processors: Number(done.resourceUsage.cpuTime.total) / 1e3 };
}

const samples = new Map(Object.keys(kinds).map((name): [string, Sample[]] => [name, []]));
for (let round = -WARM_UP; round < rounds; round++) {
  for (const [name, command] of Object.entries(kinds)) {
    await whenQuiet();
    const sample = timeOnce(command);
    if (round >= 0) samples.get(name)?.push(sample);
  }
}

const clocks = (name: string) => (samples.get(name) ?? []).map(({ clock }) => clock);
const processors = (name: string) => (samples.get(name) ?? []).map((sample) => sample.processors);
printTable({
  title: `Whole process, ms, ${rounds} rounds taking turns`,
  columns: ["command", "median", "p90", "least", "processor time", "median against --version"],
  rows: Object.keys(kinds).map((name) => [
    name,
    show(median(clocks(name))),
    show(percentile(clocks(name), 0.9)),
    show(Math.min(...clocks(name))),
    show(median(processors(name))),
    `${show(median(clocks(name)) / median(clocks(BASE)))} ×`,
  ]),
});
