import { Database } from "bun:sqlite";
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Value } from "../../contract/value.ts";
import { decodeValue, encodeValue } from "../../contract/wire.ts";
import type { Shelf, ShelfRules, ShelfTime } from "./shelf.ts";

/** Another form of the table is another version, and begins anew. */
const VERSION = 1;

/** How long one process waits for another that writes, in ms. */
const PATIENCE = 2000;

/**
 * Answers in a SQLite file that all processes of a person share. Undefined where it cannot be opened: a run is not
 * ended because nothing can be kept.
 */
export function openFileShelf(file: string): Shelf | undefined {
  try {
    return new FileShelf(openDatabase(file));
  } catch {
    return undefined;
  }
}

function openDatabase(file: string): Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Made before SQLite does, which would let others read it.
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const database = new Database(file, { readwrite: true, create: true });
  // What is lost in a crash is asked again: nothing waits for the disk.
  database.run(`PRAGMA busy_timeout=${PATIENCE};PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF`);
  const { user_version: version } = database.query("PRAGMA user_version").get() as { user_version: number };
  if (version !== VERSION) {
    database.run(`BEGIN IMMEDIATE;
      DROP TABLE IF EXISTS answers;
      CREATE TABLE answers (key TEXT PRIMARY KEY, value TEXT NOT NULL, bytes INTEGER NOT NULL, owner TEXT NOT NULL,
        expires INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
      CREATE INDEX answers_by_use ON answers (owner, used);
      PRAGMA user_version=${VERSION};
      COMMIT`);
  }
  return database;
}

/** Of one group the least recently used go, until the rest has at most so many bytes. */
const TRIM = `DELETE FROM answers WHERE key IN (
  SELECT key FROM (SELECT key, SUM(bytes) OVER (ORDER BY used DESC, key) AS total FROM answers WHERE owner = ?1)
  WHERE total > ?2)`;

class FileShelf implements Shelf {
  /** Uses of the same moment are told apart by their order. */
  #uses = 0;

  constructor(private readonly database: Database) {}

  get(key: string, now: number): Value | undefined {
    return this.#try(() => {
      const row = this.database
        .query<{ value: string }, [string, number]>("SELECT value FROM answers WHERE key = ? AND expires > ?")
        .get(key, now);
      if (row === null) return undefined;
      this.database.run("UPDATE answers SET used = ? WHERE key = ?", [this.#use(now), key]);
      return decodeValue(JSON.parse(row.value));
    });
  }

  put(key: string, value: Value, { group, maxBytes, now, expires }: ShelfRules & ShelfTime): void {
    const text = JSON.stringify(encodeValue(value));
    const bytes = Buffer.byteLength(text);
    if (bytes > maxBytes) return;
    this.#try(() => {
      this.database.transaction(() => {
        this.database.run("DELETE FROM answers WHERE expires <= ?", [now]);
        this.database.run("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)", [
          ...[key, text, bytes, group, Math.round(expires)],
          this.#use(now),
        ]);
        this.database.run(TRIM, [group, maxBytes]);
      })();
    });
  }

  close(): void {
    this.#try(() => this.database.close());
  }

  #use(now: number): number {
    return Math.floor(now) * 1000 + (this.#uses++ % 1000);
  }

  /** A damaged or locked file keeps nothing, and that is all. */
  #try<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch {
      return undefined;
    }
  }
}
