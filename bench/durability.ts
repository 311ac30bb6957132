/**
 * What a record costs, and what it gives. First what it adds to a bridge call that does nothing, there and back, in
 * this process and across processes: the same loop as in call.ts, without and with a journal, in turn. Then how long
 * it takes to resume runs of 1,000 and 100,000 calls (read, verify, deliver again, go on live), how many calls a
 * second a replay does, and the bytes that a call takes on disk.
 * `N=20000 ROUNDS=5 LONG=100000 bun bench/durability.ts`
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../src/contract/engine.ts";
import type { JournalEntry } from "../src/contract/journal.ts";
import { openJournal } from "../src/journal/index.ts";
import { newTape } from "../src/runtime/index.ts";
import { holdRun, readRun, resumedTape, replayRun } from "../src/runtime/runs-on-disk.ts";
import { BINARY, count } from "./binary.ts";
import { benchProfile, castHere } from "./cast.ts";
import { enginesFor, scriptFor } from "./engines.ts";
import { whenQuiet } from "./quiet.ts";
import { median, percentile, show } from "./statistics.ts";
import { printTable } from "./table.ts";

const CALLS = count("N", 20_000);
const ROUNDS = count("ROUNDS", 5);
const LONG = count("LONG", 100_000);
const folder = mkdtempSync(join(tmpdir(), "llmspell-bench-"));
let files = 0;
const newFile = () => join(folder, `${++files}.db`);

const scripts = (calls: number) => ({
  lua: `for i = 1, ${calls} do log.debug("") end`,
  javascript: `for (let i = 0; i < ${calls}; i++) await log.debug("")`,
  tengo: `for i := 0; i < ${calls}; i++ { log.debug("") }`,
});

type Rung = "none" | "process";

interface Run {
  readonly engine: Engine;
  readonly calls: number;
  readonly rung: Rung;
  readonly file: string | undefined;
  readonly onLog: () => void;
}

function begin({ engine, calls, rung, file, onLog }: Run) {
  const profile = benchProfile({ bridges: { log: {} }, rung });
  const source = scriptFor(engine, scripts(calls));
  const spell = {
    ...{ name: "bench", engine, path: "main", sources: new Map<string, string>(), shown: new Map<string, string>() },
    program: { file: "main", source, modules: {} },
    manifest: { version: "", description: "", needs: [] },
  };
  const tape = file === undefined ? undefined : newTape({ file, spell, profile, invocation: { folder }, version: "" });
  return castHere({ engine, source, profile, command: [BINARY], onLog, tape });
}

/** Microseconds between the arrivals of calls. */
async function timesOf(run: Omit<Run, "onLog">): Promise<number[]> {
  const times: number[] = [];
  await begin({ ...run, onLog: () => times.push(Bun.nanoseconds()) });
  const warm = Math.floor(times.length / 6);
  return times.slice(warm + 1).map((time, index) => (time - (times[index + warm] ?? 0)) / 1000);
}

const costs: string[][] = [];
for (const engine of enginesFor(scripts(1))) {
  for (const rung of ["none", "process"] as const) {
    const rounds: { without: number[]; withOne: number[] }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await whenQuiet();
      const without = await timesOf({ engine, calls: CALLS, rung, file: undefined });
      rounds.push({ without, withOne: await timesOf({ engine, calls: CALLS, rung, file: newFile() }) });
    }
    const of = (kind: "without" | "withOne", share: number) =>
      median(rounds.map((round) => percentile(round[kind], share)));
    const [before, after] = [of("without", 0.5), of("withOne", 0.5)];
    const way = rung === "none" ? "in this process" : "across processes";
    costs.push([
      engine.id,
      way,
      show(before),
      show(after),
      show(after - before),
      show(of("without", 0.99)),
      show(of("withOne", 0.99)),
    ]);
  }
}
printTable({
  title: `What the journal adds to a call that does nothing, µs; ${CALLS} calls, median of ${ROUNDS} rounds`,
  columns: ["engine", "way", "without, p50", "with, p50", "added", "without, p99", "with, p99"],
  rows: costs,
});

/** What a journal takes on disk, what is not in its main file yet included. */
function sizeOf(file: string): number {
  return [file, `${file}-wal`].reduce((sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** The same run as if it had crashed before its last answer. */
function crashed(file: string): string {
  const cut = newFile();
  const journal = openJournal({ file, readonly: true });
  const { id, spell, engine, started } = journal.find("last");
  const entries: JournalEntry[] = [...journal.entries(id)].filter(({ type }) => type !== "end" && type !== "result");
  const last = entries.findLastIndex(({ type }) => type === "return");
  const target = openJournal({ file: cut, create: true });
  const writer = target.begin({ id, spell, engine, started });
  for (const entry of entries.slice(0, last)) writer.append(entry);
  writer.flush();
  writer.close();
  target.close();
  journal.close();
  return cut;
}

const resumes: string[][] = [];
for (const engine of enginesFor(scripts(1))) {
  for (const calls of [1000, LONG]) {
    const file = newFile();
    await begin({ engine, calls, rung: "process", file, onLog: () => {} });
    const bytes = sizeOf(file) / calls;
    const { row, record } = readRun(file, "last");
    const signal = new AbortController().signal;
    await whenQuiet();
    const replayStart = performance.now();
    const replayed = await replayRun({ id: row.id, record, signal, command: [BINARY] });
    const replayTime = performance.now() - replayStart;
    if (replayed.failure !== undefined) throw new Error(replayed.failure.message);
    const cut = crashed(file);
    let live = 0;
    const resumeStart = performance.now();
    const held = holdRun(cut, row.id);
    const profile = held.record.start.profile;
    const source = held.record.start.message.program.source;
    await castHere({ engine, source, profile, command: [BINARY], onLog: () => live++, tape: resumedTape(held) });
    const resumeTime = performance.now() - resumeStart;
    if (live !== 1) throw new Error(`${live} calls were made live, not 1`);
    resumes.push([engine.id, String(calls), show(resumeTime), show(calls / (replayTime / 1000)), show(bytes)]);
  }
}
printTable({
  title: "Resuming and replaying runs of many calls",
  columns: ["engine", "calls", "resume, ms", "replay, calls a second", "bytes a call on disk"],
  rows: resumes,
});
rmSync(folder, { recursive: true, force: true });
process.exit(0);
