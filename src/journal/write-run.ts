import type { Statement } from "bun:sqlite";
import type { EndEntry, JournalEntry, RunJournal } from "../contract/journal.ts";
import { chainNext, chainStart, type Digest } from "./chain.ts";
import { toJournalError } from "./database-error.ts";
import { entryToLine, type Blob } from "./entry-lines.ts";
import { ownOwner } from "./owner.ts";
import type { RunStatus, StoredRun } from "./run-row.ts";
import type { Store } from "./store.ts";

/** What is known of a run before its first entry. */
export interface NewRun {
  readonly id: string;
  /** The spell's name. */
  readonly spell: string;
  /** The engine's id. */
  readonly engine: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** The run that it was forked from, and the call. */
  readonly parent?: { readonly id: string; readonly at: number };
}

/** Where a run that is on disk ends. */
export interface RunEnd {
  readonly number: number;
  /** Of entries. */
  readonly count: number;
  readonly digest: Digest;
  readonly bytes: number;
}

const INSERT = "INSERT INTO entries (run, first, body, digest) VALUES (?, ?, ?, ?)";

/** Puts a run's entries on disk: those of a flush as one row, and mostly by one statement. */
export class RunWriter implements RunJournal {
  readonly id: string;
  /** Undefined until the run is on disk. */
  #number: number | undefined;
  /** Entries that are on disk. */
  #count = 0;
  #digest: Digest;
  #bytes = 0;
  #lines: string[] = [];
  #blobs: Blob[] = [];
  #end: EndEntry | undefined;
  #isHeld = true;
  /** How the run's row was before this took it up, until something is written. */
  #before: StoredRun | undefined;
  #insert: Statement | undefined;

  constructor(
    readonly store: Store,
    readonly run: NewRun,
    end?: RunEnd,
    before?: StoredRun,
  ) {
    this.id = run.id;
    this.#number = end?.number;
    this.#count = end?.count ?? 0;
    this.#bytes = end?.bytes ?? 0;
    this.#digest = end?.digest ?? chainStart(run);
    this.#before = before;
  }

  append(entry: JournalEntry): void {
    const { line, blobs } = entryToLine(entry);
    this.#lines.push(line);
    if (blobs.length > 0) this.#blobs.push(...blobs);
    if (entry.type === "end") this.#end = entry;
  }

  flush(): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    let digest = this.#digest;
    for (const line of lines) digest = chainNext(digest, line);
    const body = lines.length === 1 ? (lines[0] ?? "") : lines.join("\n");
    this.#write(body, digest);
    this.#before = undefined;
    this.#count += lines.length;
    this.#digest = digest;
    this.#lines = [];
    if (this.#blobs.length > 0) this.#blobs = [];
    if (this.#end !== undefined) [this.#end, this.#isHeld] = [undefined, false];
  }

  close(): void {
    if (!this.#isHeld || this.#number === undefined) return;
    this.#isHeld = false;
    try {
      if (this.#before === undefined) letGo(this.store, this.#number);
      else letGoAsItWas(this.store, this.#before);
    } catch {
      // It cannot be written: then the run is free when this process has ended.
    }
  }

  #write(body: string, digest: Digest): void {
    const number = this.#number;
    const bytes = this.#bytes + sizeOfLines(body);
    if (number !== undefined && this.#blobs.length === 0 && this.#end === undefined) {
      try {
        this.#insert ??= this.store.statement(INSERT);
        this.#insert.run(number, this.#count + 1, body, digest);
        this.#bytes = bytes;
        return;
      } catch (error) {
        throw toJournalError(error, this.store.file, "write");
      }
    }
    [this.#number, this.#bytes] = this.store.transaction(() => {
      const run = number ?? insertRun(this.store, this.run, "running", ownOwner());
      const all = bytes + writeBlobs(this.store, run, this.#blobs);
      this.store.run(INSERT, run, this.#count + 1, body, digest);
      if (this.#end !== undefined) {
        writeEnd(this.store, run, this.#end, { count: this.#count + this.#lines.length, digest, bytes: all });
      }
      return [run, all];
    });
  }
}

function letGo(store: Store, run: number): void {
  store.run("UPDATE runs SET owner = NULL WHERE number = ? AND owner = ?", run, ownOwner());
}

/** Nothing was written: the run is what it was. */
function letGoAsItWas(store: Store, { number, status, code, ended, entries, digest }: StoredRun): void {
  store.run(
    "UPDATE runs SET owner = NULL, status = ?, code = ?, ended = ?, entries = ?, digest = ? WHERE number = ? AND owner = ?",
    ...[status, code, ended, entries, digest, number, ownOwner()],
  );
}

/** Of lines on disk, each with its end: so it does not matter how they are put together. */
export function sizeOfLines(body: string): number {
  return Buffer.byteLength(body) + 1;
}

/** Adds a run's row and gives its number. */
export function insertRun(store: Store, run: NewRun, status: RunStatus, owner: string | null): number {
  const { id, spell, engine, started, parent } = run;
  const changes = store
    .statement(
      "INSERT INTO runs (id, spell, engine, started, parent_id, parent_at, status, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .run(id, spell, engine, started, parent?.id ?? null, parent?.at ?? null, status, owner);
  return Number(changes.lastInsertRowid);
}

/** Keeps the values that are not kept yet, notes who refers to them, and gives the bytes of those new to the run. */
export function writeBlobs(store: Store, run: number, blobs: readonly Blob[]): number {
  let bytes = 0;
  for (const { hash, text } of blobs) {
    const known = store.get<{ number: number }>("SELECT number FROM blobs WHERE hash = ?", hash);
    const number =
      known?.number ??
      Number(store.statement("INSERT INTO blobs (hash, body) VALUES (?, ?)").run(hash, text).lastInsertRowid);
    const isNew = store.run("INSERT OR IGNORE INTO uses (run, blob) VALUES (?, ?)", run, number) > 0;
    if (isNew) bytes += Buffer.byteLength(text);
  }
  return bytes;
}

/** What an end says of the whole run. */
export function writeEnd(
  store: Store,
  run: number,
  { time, failure, usage }: EndEntry,
  end: { readonly count: number; readonly digest: Digest; readonly bytes: number },
): void {
  store.run(
    `UPDATE runs SET status = ?, owner = NULL, code = ?, ended = ?, calls = ?, llm_calls = ?, tokens = ?, usd = ?,
      bytes = ?, entries = ?, digest = ? WHERE number = ?`,
    statusAfter(failure?.code),
    failure?.code ?? null,
    time,
    usage.calls,
    usage.llmCalls,
    usage.tokens,
    usage.usd,
    end.bytes,
    end.count,
    end.digest,
    run,
  );
}

function statusAfter(code: string | undefined): RunStatus {
  if (code === undefined) return "done";
  return code === "interrupted" ? "interrupted" : "failed";
}
