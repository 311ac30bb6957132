/**
 * Tengo's five programs and the figures of the reference implementation (Go, native) beside them: the compiled binary
 * as a whole process, and the machine alone in a process of its own, compiling included, fuel and memory counted. Then
 * how long a program of 10,000 lines takes to compile, and how long again once the compiler is warm.
 * `ROUNDS=5 bun bench/tengo.ts`.
 */
import { join } from "node:path";
import { compileScript } from "../src/engines/tengo/compile-script.ts";
import { Machine, Meter } from "../src/engines/tengo/run/index.ts";
import { MODULES } from "../src/engines/tengo/modules/index.ts";
import { TengoError } from "../src/engines/tengo/values.ts";
import { BINARY, count, emptyFolder } from "./binary.ts";
import { whenQuiet } from "./quiet.ts";
import { median, show } from "./statistics.ts";
import { printTable } from "./table.ts";
import { longProgram, TENGO_PROGRAMS } from "./tengo-programs.ts";

const ROUNDS = count("ROUNDS", 5);
const LINES = 10_000;
const TARGET_MS = 300;
const [, self = "", ...once] = process.argv;

function milliseconds(work: () => void): number {
  const started = Bun.nanoseconds();
  work();
  return (Bun.nanoseconds() - started) / 1e6;
}

function compile(source: string): ReturnType<typeof compileScript> {
  return compileScript({ file: "main.tengo", source, modules: {} }, new Map());
}

function runAlone(source: string): void {
  const meter = new Meter({ fuel: 1e12, memoryBytes: 128 * 1024 * 1024 });
  const outcome = new Machine(compile(source), meter, { modules: MODULES }).startMain();
  if (outcome.kind === "failed") throw new Error(outcome.message);
  if (outcome.kind !== "done" || outcome.value instanceof TengoError) throw new Error("wrong");
}

/** This file again, in a process of its own: nothing is warm. Answers milliseconds. */
async function alone(what: string): Promise<number> {
  await whenQuiet();
  const done = Bun.spawnSync([process.execPath, self, what]);
  if (!done.success) throw new Error(`${what}: ${done.stderr.toString()}`);
  return Number(done.stdout.toString());
}

async function wholeProcess(file: string, folder: string): Promise<number> {
  await whenQuiet();
  return milliseconds(() => {
    const done = Bun.spawnSync([BINARY, "run", file], { cwd: folder, env: { HOME: folder }, stdin: "ignore" });
    if (!done.success) throw new Error(`${file}: ${done.stderr.toString()}`);
  });
}

async function main(): Promise<void> {
  const folder = emptyFolder();
  const rows: string[][] = [];
  for (const [index, [name, { source, reference }]] of Object.entries(TENGO_PROGRAMS).entries()) {
    const file = `program-${index}.tengo`;
    await Bun.write(join(folder, file), source);
    const whole: number[] = [];
    const machine: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      whole.push(await wholeProcess(file, folder));
      machine.push(await alone(name));
    }
    const ratio = (times: readonly number[]) => `${show(median(times) / 1000 / reference)} ×`;
    rows.push([
      name,
      show(reference * 1000),
      show(median(whole)),
      ratio(whole),
      show(median(machine)),
      show(Math.min(...machine)),
      ratio(machine),
    ]);
  }
  printTable({
    title: `Five programs, ms, the median of ${ROUNDS}`,
    columns: ["program", "reference", "whole process", "against it", "machine alone", "least", "against it"],
    rows,
  });

  const cold: number[] = [];
  for (let round = 0; round < ROUNDS; round++) cold.push(await alone("compile"));
  const source = longProgram(LINES);
  const warm = Array.from({ length: 10 }, () => milliseconds(() => compile(source)));
  printTable({
    title: `Compiling ${LINES} lines (${Math.round(source.length / 1024)} KiB), ms`,
    columns: ["", "median", "least", "target"],
    rows: [
      ["cold", show(median(cold)), show(Math.min(...cold)), String(TARGET_MS)],
      ["warm", show(median(warm)), show(Math.min(...warm)), ""],
    ],
  });
}

if (once[0] === undefined) await main();
else if (once[0] === "compile") {
  const source = longProgram(LINES);
  console.log(milliseconds(() => compile(source)));
} else {
  const { source } = TENGO_PROGRAMS[once[0]] ?? { source: "" };
  console.log(milliseconds(() => runAlone(source)));
}
