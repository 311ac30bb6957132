/**
 * What the journal costs, by itself: `bun bench/journal.ts`. The calls are small ones (a key, a short answer), each
 * put on disk before the next. N is the number of calls of a round, ROUNDS how many of them; OPENINGS how often an
 * existing journal is opened by a process of its own, compiled as llmspell is.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalEntry } from "../src/contract/journal.ts";
import { openJournal } from "../src/journal/index.ts";
import { endEntry, exchange, newRun, startEntry } from "../test/unit/journal/sample-run.ts";
import { median, percentile, show } from "./statistics.ts";
import { printTable } from "./table.ts";

const N = Number(process.env["N"] ?? 20_000);
const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const OPENINGS = Number(process.env["OPENINGS"] ?? 30);

/** Run by itself it is the process that opens a journal, writes the beginning of a run, and leaves. */
function openOnce(file: string): void {
  const start = startEntry();
  const begun = Bun.nanoseconds();
  const journal = openJournal({ file });
  const opened = Bun.nanoseconds();
  const run = journal.begin(newRun(`o${Date.now()}${process.pid}`));
  run.append(start);
  run.append({ type: "session", time: 1 });
  run.flush();
  const flushed = Bun.nanoseconds();
  run.append(endEntry());
  run.flush();
  const closing = Bun.nanoseconds();
  journal.close();
  console.log(JSON.stringify([opened - begun, flushed - opened, Bun.nanoseconds() - closing]));
  process.exit(0);
}

function measureWriting(
  file: string,
  synced: boolean,
  count: number,
): { readonly times: number[]; readonly bytes: number } {
  const journal = openJournal({ file, synced });
  const run = journal.begin(newRun(`w${Bun.nanoseconds()}`));
  run.append(startEntry());
  run.flush();
  const calls: (readonly JournalEntry[])[] = Array.from({ length: count }, (_, index) => exchange(index + 1));
  const times = calls.map((entries) => {
    const begun = Bun.nanoseconds();
    for (const entry of entries) run.append(entry);
    run.flush();
    return (Bun.nanoseconds() - begun) / 1000;
  });
  run.append(endEntry(count));
  run.flush();
  const bytes = journal.find(run.id).bytes / count;
  journal.close();
  return { times, bytes };
}

/** This file as a program of its own, built as llmspell is. */
function compile(folder: string): string {
  const program = join(folder, "open");
  const flags = ["--compile", "--bytecode", "--minify-whitespace", "--minify-identifiers", "--outfile", program];
  const { success, stderr } = Bun.spawnSync([process.execPath, "build", ...flags, import.meta.path], { cwd: folder });
  if (!success) throw new Error(stderr.toString());
  return program;
}

function measure(folder: string): void {
  const file = join(folder, "journal.db");
  const rounds = Array.from({ length: ROUNDS }, () => measureWriting(file, false, N));
  const synced = measureWriting(join(folder, "synced.db"), true, 300);
  const row = (name: string, of: readonly { readonly times: number[] }[]) => [
    name,
    show(median(of.map(({ times }) => percentile(times, 0.5)))),
    show(Math.min(...of.map(({ times }) => percentile(times, 0.5)))),
    show(median(of.map(({ times }) => percentile(times, 0.99)))),
    show(Math.min(...of.map(({ times }) => percentile(times, 0.99)))),
  ];
  printTable({
    title: `append two entries and flush, µs (${ROUNDS} rounds of ${N})`,
    columns: ["", "p50", "best round", "p99", "best round"],
    rows: [row("a call and its answer", rounds), row("the same, synced", [synced])],
  });

  const journal = openJournal({ file });
  const [last] = journal.list({ limit: 1 });
  const begun = Bun.nanoseconds();
  let entries = 0;
  for (const _ of journal.entries(last?.id ?? "")) entries++;
  const seconds = (Bun.nanoseconds() - begun) / 1e9;
  journal.close();
  const onDisk = statSync(file).size / (N * ROUNDS);
  const program = compile(folder);
  const child = () => JSON.parse(Bun.spawnSync([program, file]).stdout.toString()) as [number, number, number];
  child();
  const openings = Array.from({ length: OPENINGS }, child);
  const part = (index: 0 | 1 | 2) => openings.map((times) => times[index] / 1000);
  const all = openings.map(([opening, flush]) => (opening + flush) / 1000);
  printTable({
    title: "the rest",
    columns: ["", "median", "least"],
    rows: [
      ["reading entries back, checked, a second", show(entries / seconds), ""],
      ["bytes a call, as entries", show(rounds[0]?.bytes ?? 0), ""],
      ["bytes a call, of the file", show(onDisk), ""],
      ["opening an existing journal, µs", show(median(part(0))), show(Math.min(...part(0)))],
      ["first entries and flush, µs", show(median(part(1))), show(Math.min(...part(1)))],
      ["both, µs", show(median(all)), show(Math.min(...all))],
      ["closing, µs", show(median(part(2))), show(Math.min(...part(2)))],
    ],
  });
}

const [file] = process.argv.slice(2);
if (file !== undefined) openOnce(file);
else {
  const folder = mkdtempSync(join(tmpdir(), "llmspell-journal-"));
  try {
    measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
