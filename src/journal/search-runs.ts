import { SpellError } from "../contract/errors.ts";
import type { JournalEntry } from "../contract/journal.ts";
import { Float, isValueMap, type Value } from "../contract/value.ts";
import { readEntries } from "./read-run.ts";
import type { StoredRun } from "./run-row.ts";
import type { Store } from "./store.ts";

/** More of one run's text, in UTF-16 units, is not searched. */
const MAX_TEXT = 1 << 20;

/** Runs that are indexed in one transaction: others that write wait for so long. */
const BATCH = 32;

/** Where the index stands: in the journal, or beside a journal that may only be read, until it is closed. */
type Place = "main" | "temp";

/**
 * The numbers of the runs that hold every word of a text. Runs are indexed here, when somebody searches, so that
 * it costs nothing while they are written.
 */
export function searchRuns(store: Store, text: string): ReadonlySet<number> {
  const place: Place = store.isReadonly ? "temp" : "main";
  const words = text.match(/[\p{L}\p{N}\p{M}\p{Co}_]+/gu) ?? [];
  if (words.length === 0) return new Set();
  makeIndex(store, place);
  indexNew(store, place);
  const query = words.map((word) => `"${word}"*`).join(" ");
  const rows = store.all<{ rowid: number }>(`SELECT rowid FROM ${place}.search WHERE search MATCH ?`, query);
  return new Set(rows.map(({ rowid }) => rowid));
}

function makeIndex(store: Store, place: Place): void {
  const known = store.get(`SELECT 1 FROM ${place}.sqlite_schema WHERE name = 'searched'`);
  if (known !== undefined) return;
  store.transaction(() => {
    store.run(
      `CREATE VIRTUAL TABLE IF NOT EXISTS ${place}.search USING fts5(spell, text, content='', contentless_delete=1)`,
    );
    store.run(`CREATE TABLE IF NOT EXISTS ${place}.searched (run INTEGER PRIMARY KEY, first INTEGER NOT NULL) STRICT`);
  });
}

/** Reads what is new since the last search. A run that goes on is indexed again as a whole. */
function indexNew(store: Store, place: Place): void {
  const fresh = store.all<StoredRun & { last: number }>(
    `SELECT runs.*, (SELECT max(first) FROM main.entries WHERE run = number) AS last
      FROM main.runs LEFT JOIN ${place}.searched ON searched.run = number WHERE searched.first IS NOT last`,
  );
  for (let start = 0; start < fresh.length; start += BATCH) {
    const texts = fresh.slice(start, start + BATCH).map((run) => ({ run, text: textOf(store, run) }));
    store.transaction(() => {
      for (const { run, text } of texts) {
        store.run(`DELETE FROM ${place}.search WHERE rowid = ?`, run.number);
        store.run(`INSERT INTO ${place}.search (rowid, spell, text) VALUES (?, ?, ?)`, run.number, run.spell, text);
        store.run(`INSERT OR REPLACE INTO ${place}.searched (run, first) VALUES (?, ?)`, run.number, run.last);
      }
    });
  }
}

/** Takes runs that are gone from the index. */
export function unindexRun(store: Store, run: number): void {
  const known = store.get("SELECT 1 FROM main.sqlite_schema WHERE name = 'searched'");
  if (known === undefined) return;
  store.run("DELETE FROM main.search WHERE rowid = ?", run);
  store.run("DELETE FROM main.searched WHERE run = ?", run);
}

/** What is searched of a run: what it printed, what it gave, and why it failed. */
function textOf(store: Store, run: StoredRun): string {
  const parts: string[] = [];
  let length = 0;
  try {
    for (const entry of readEntries(store, run)) {
      const part = searchable(entry);
      parts.push(part);
      length += part.length;
      if (length > MAX_TEXT) break;
    }
  } catch (error) {
    // What can be read of a damaged run can be found.
    if (!(error instanceof SpellError) || error.code !== "journal.damaged") throw error;
  }
  return parts.join("").slice(0, MAX_TEXT);
}

function searchable(entry: JournalEntry): string {
  if (entry.type === "output") return typeof entry.text === "string" ? entry.text : "";
  if (entry.type !== "end") return "";
  const failure = entry.failure === undefined ? "" : `${entry.failure.code} ${entry.failure.message}`;
  return `\n${textsIn(entry.result).join("\n")}\n${failure}`;
}

/** All texts, numbers and keys in a value. */
function textsIn(value: Value): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "bigint") return [String(value)];
  if (value instanceof Float) return [String(value.value)];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item as Value));
  return isValueMap(value) ? Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]) : [];
}
