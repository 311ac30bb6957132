import { SpellError } from "../contract/errors.ts";
import { entryFromJson } from "../contract/journal-json.ts";
import type { EndEntry, JournalEntry } from "../contract/journal.ts";
import { chainNext, chainStart, sameDigest, type Digest } from "./chain.ts";
import { jsonToLine, type EntryLine } from "./entry-lines.ts";
import { readEnd } from "./read-run.ts";
import type { StoredRun } from "./run-row.ts";
import { USER_VERSION } from "./schema.ts";
import type { Store } from "./store.ts";
import { insertRun, sizeOfLines, writeBlobs, writeEnd, type NewRun } from "./write-run.ts";

type Json = Record<string, unknown>;

/** Entries that become one row. */
const ROW = 64;

/** A run that was read from a text, its chain found right. */
interface ReadRun {
  readonly run: NewRun;
  readonly lines: readonly EntryLine[];
  /** After each line. */
  readonly digests: readonly Digest[];
  /** The end, where it is the last entry. */
  readonly end: EndEntry | undefined;
}

/**
 * Takes up a run that {@link exportRun} wrote, and gives its id. One that is there already stays as it is. Throws
 * `journal.damaged` where the text is not what was written, `journal.version`, and `usage` where another run has the id.
 */
export function importRun(store: Store, text: string): string {
  const { run, lines, digests, end } = readRun(text);
  const head = digests.at(-1) ?? chainStart(run);
  store.transaction(() => {
    const known = store.get<StoredRun>("SELECT * FROM runs WHERE id = ?", run.id);
    if (known !== undefined) {
      if (sameDigest(readEnd(store, known, 0).digest, head)) return;
      throw new SpellError("usage", `There is another run "${run.id}" in the journal already`, {
        fix: "Import it into another journal: --journal FILE.",
      });
    }
    const number = insertRun(store, run, "running", null);
    let bytes = 0;
    for (let first = 0; first < lines.length; first += ROW) {
      const part = lines.slice(first, first + ROW);
      const body = part.map(({ line }) => line).join("\n");
      const blobs = part.flatMap((each) => each.blobs);
      bytes += sizeOfLines(body) + writeBlobs(store, number, blobs);
      store.run(
        "INSERT INTO entries (run, first, body, digest) VALUES (?, ?, ?, ?)",
        number,
        first + 1,
        body,
        digests[first + part.length - 1] ?? head,
      );
    }
    if (end !== undefined) writeEnd(store, number, end, { count: lines.length, digest: head, bytes });
  });
  return run.id;
}

function readRun(text: string): ReadRun {
  const rows = text.split("\n").filter((row) => row.trim() !== "");
  const [header, ...rest] = rows.map(parseRow);
  const footer = rest.pop();
  if (header === undefined || footer === undefined) throw damaged("it ends too early");
  const run = readHeader(header);
  const lines: EntryLine[] = [];
  const digests: Digest[] = [];
  let digest = chainStart(run);
  let last: JournalEntry | undefined;
  for (const [index, json] of rest.entries()) {
    last = readEntry(json, index + 1);
    const line = jsonToLine(json);
    digest = chainNext(digest, line.line);
    lines.push(line);
    digests.push(digest);
  }
  if (lines.length === 0 || footer["entries"] !== lines.length) throw damaged("it ends too early");
  if (footer["digest"] !== digest.toHex()) throw damaged("its digest is another");
  return { run, lines, digests, end: last?.type === "end" ? last : undefined };
}

function parseRow(row: string, index: number): Json {
  try {
    const json: unknown = JSON.parse(row);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Json;
  } catch {
    // Said below.
  }
  throw damaged(`line ${index + 1} is no JSON object`);
}

function readEntry(json: Json, number: number): JournalEntry {
  try {
    return entryFromJson(json);
  } catch (error) {
    throw damaged(`entry ${number} cannot be read`, error);
  }
}

function readHeader(header: Json): NewRun {
  const { journal, run } = header;
  if (typeof journal === "number" && journal !== USER_VERSION) {
    throw new SpellError(
      "journal.version",
      `The exported run has form ${journal}, and this llmspell knows ${USER_VERSION}`,
    );
  }
  const { id, spell, engine, started, parent } = (run ?? {}) as Json;
  const isRun = typeof id === "string" && typeof spell === "string" && typeof engine === "string";
  if (journal === undefined || !isRun || !Number.isSafeInteger(started))
    throw damaged("its first line describes no run");
  const base = { id, spell, engine, started: started as number };
  if (parent === undefined) return base;
  const { id: of, at } = (parent ?? {}) as Json;
  if (typeof of !== "string" || !Number.isSafeInteger(at)) throw damaged("its first line describes no run");
  return { ...base, parent: { id: of, at: at as number } };
}

function damaged(because: string, cause?: unknown): SpellError {
  return new SpellError("journal.damaged", `The exported run is not what was written: ${because}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}
