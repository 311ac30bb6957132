import { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { readPragma } from "./open-store.ts";
import type { Store } from "./store.ts";

/** A log that is larger, in bytes, is brought into the file when the journal is closed: reading it slows the next opening. */
const MAX_LEFT = 512 * 1024;

/** How long a {@link Witness} keeps the log from being tidied up, in ms: a command ends sooner. */
const READING = 1000;

/**
 * Closes it. The last one to close a SQLite file in WAL mode brings the log into the file and waits for the disk
 * twice, at the end of every run; the next waits again to make a log. That is left out while the log is small: a
 * crash loses nothing that is in it.
 */
export function closeStore(store: Store): void {
  store.finalize();
  try {
    if (!store.isReadonly && statSync(`${store.file}-wal`).size <= MAX_LEFT) keepWitness(store.file);
  } catch {
    // There is no log to keep, or no way to: then it is closed as SQLite does it.
  }
  store.database.close();
}

const witnesses = new Map<string, Witness>();

function keepWitness(file: string): void {
  const witness = witnesses.get(file) ?? new Witness(file);
  witnesses.set(file, witness);
  witness.read();
}

/**
 * A second connection, left to the end of the process, so that the first is not the last to close. It may only read
 * and cannot bring the log into the file; Bun tries that all the same when the process ends, but not while it reads.
 */
class Witness {
  readonly #database: Database;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(file: string) {
    this.#database = new Database(file, { readonly: true });
  }

  read(): void {
    clearTimeout(this.#timer);
    if (!this.#database.inTransaction) this.#database.run("BEGIN");
    readPragma(this.#database, "user_version");
    this.#timer = setTimeout(() => this.#database.run("COMMIT"), READING);
    this.#timer.unref();
  }
}
