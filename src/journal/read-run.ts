import { SpellError } from "../contract/errors.ts";
import type { JournalEntry } from "../contract/journal.ts";
import { chainNext, chainStart, hashText, sameDigest, type Digest } from "./chain.ts";
import { lineToEntry, lineToText, type ReadBlob } from "./entry-lines.ts";
import type { StoredRun, UsageSoFar } from "./run-row.ts";
import type { Store } from "./store.ts";
import type { NewRun, RunEnd } from "./write-run.ts";

/** A flush: its entries' lines and the digest after them. */
interface Flush {
  readonly first: number;
  readonly body: string;
  readonly digest: Digest;
}

/** One line of a run whose digest was found right. */
export interface CheckedLine {
  /** The entry's number, from 1. */
  readonly number: number;
  readonly line: string;
  readonly digest: Digest;
}

/** Flushes that are fetched at once: no read transaction is open between two fetches, so that writers can tidy up. */
const BATCH = 256;

/** The lines after the first `after`, each checked. Throws `journal.damaged` at the first that is not what was written. */
export function* readLines(store: Store, run: StoredRun, after = 0): Generator<CheckedLine> {
  let number = 0;
  let digest = chainStart(toNewRun(run));
  if (after > 0) {
    // What stands before the flush that holds the next one has been read already.
    const known = store.get<Flush>(
      "SELECT first, body, digest FROM entries WHERE run = ? AND first <= ? ORDER BY first DESC LIMIT 1",
      run.number,
      after,
    );
    if (known !== undefined) {
      const before = known.first === 1 ? undefined : flushBefore(store, run, known.first);
      [number, digest] = [known.first - 1, before?.digest ?? digest];
    }
  }
  for (;;) {
    const flushes = store.all<Flush>(
      "SELECT first, body, digest FROM entries WHERE run = ? AND first > ? ORDER BY first LIMIT ?",
      run.number,
      number,
      BATCH,
    );
    for (const flush of flushes) {
      if (flush.first !== number + 1) throw damagedEntry(run.id, number + 1, "it is missing");
      const start = number;
      const lines = flush.body.split("\n");
      const digests = chain(digest, lines);
      if (!sameDigest(digests.at(-1) ?? digest, flush.digest)) throw damagedEntry(run.id, start + 1);
      for (const [index, line] of lines.entries()) {
        number++;
        digest = digests[index] ?? digest;
        if (number > after) yield { number, line, digest };
      }
    }
    if (flushes.length < BATCH) break;
  }
  if (run.status !== "running" && run.digest !== null && !sameDigest(run.digest, digest)) {
    throw damagedEntry(run.id, number + 1, "it is missing");
  }
}

function chain(before: Digest, lines: readonly string[]): Digest[] {
  let digest = before;
  return lines.map((line) => (digest = chainNext(digest, line)));
}

function flushBefore(store: Store, run: StoredRun, first: number): Flush | undefined {
  return store.get<Flush>(
    "SELECT first, body, digest FROM entries WHERE run = ? AND first < ? ORDER BY first DESC LIMIT 1",
    run.number,
    first,
  );
}

/** The entries after the first `after`. */
export function* readEntries(store: Store, run: StoredRun, after = 0): Generator<JournalEntry> {
  const read = blobReader(store);
  for (const { number, line } of readLines(store, run, after)) {
    yield atEntry(run, number, () => lineToEntry(line, read));
  }
}

/** Each entry's whole JSON as text. */
export function* readTexts(store: Store, run: StoredRun): Generator<CheckedLine & { readonly text: string }> {
  const read = blobReader(store);
  for (const checked of readLines(store, run)) {
    yield { ...checked, text: atEntry(run, checked.number, () => lineToText(checked.line, read)) };
  }
}

/** The head of a run's chain as hex, and its length, after all of it was read. */
export function verifyRun(store: Store, run: StoredRun): { readonly digest: string; readonly entries: number } {
  let head = { digest: chainStart(toNewRun(run)).toHex(), entries: 0 };
  for (const { number, digest } of readTexts(store, run)) head = { digest: digest.toHex(), entries: number };
  return head;
}

function atEntry<T>(run: StoredRun, number: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SpellError) || error.code !== "journal.damaged") throw error;
    throw damagedEntry(run.id, number, error.message, error);
  }
}

/** Reads blobs and checks that each is what its hash says. */
export function blobReader(store: Store): ReadBlob {
  return (hash) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new SpellError("journal.damaged", "What it names is no value");
    const row = store.get<{ body: string }>("SELECT body FROM blobs WHERE hash = ?", Uint8Array.fromHex(hash));
    if (row === undefined) throw new SpellError("journal.damaged", `The value ${hash.slice(0, 12)} is missing`);
    if (hashText(row.body).toHex() !== hash) {
      throw new SpellError("journal.damaged", `The value ${hash.slice(0, 12)} is not what was written`);
    }
    return row.body;
  };
}

/** Where the run ends on disk, without reading what is before. */
export function readEnd(store: Store, run: StoredRun, bytes: number): RunEnd {
  const last = store.get<Flush>(
    "SELECT first, body, digest FROM entries WHERE run = ? ORDER BY first DESC LIMIT 1",
    run.number,
  );
  if (last === undefined) throw damagedEntry(run.id, 1, "it is missing");
  const count = last.first + last.body.split("\n").length - 1;
  return { number: run.number, count, digest: last.digest, bytes };
}

/** What a run without an end has used: its calls, and what its answers cost. */
export function usageSoFar(store: Store, run: StoredRun): UsageSoFar {
  const usage = { calls: 0, llmCalls: 0, tokens: 0, usd: 0 };
  try {
    for (const entry of readEntries(store, run)) {
      if (entry.type === "call") usage.calls++;
      if (entry.type !== "return" || entry.spent === undefined) continue;
      usage.llmCalls++;
      usage.tokens += entry.spent.tokens;
      usage.usd += entry.spent.usd;
    }
  } catch (error) {
    // A list shows damaged runs as well: as far as they can be read.
    if (!(error instanceof SpellError)) throw error;
  }
  return usage;
}

/** The run as it was begun. */
export function toNewRun({ id, spell, engine, started, parent_id: parent, parent_at: at }: StoredRun): NewRun {
  return { id, spell, engine, started, ...(parent === null ? {} : { parent: { id: parent, at: at ?? 0 } }) };
}

function damagedEntry(run: string, entry: number, reason?: string, cause?: unknown): SpellError {
  const because = reason === undefined ? "it is not what was written" : lowerFirst(reason);
  return new SpellError("journal.damaged", `The run "${run}" is damaged at entry ${entry}: ${because}`, {
    details: { run, entry },
    ...(cause === undefined ? {} : { cause }),
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
