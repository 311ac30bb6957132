import { SpellError } from "../contract/errors.ts";
import { entryFromJson, entryToJson } from "../contract/journal-json.ts";
import type { JournalEntry } from "../contract/journal.ts";
import { hashText, type Digest } from "./chain.ts";

/** An entry as it stands in a run: one line, and the large values that it only names. */
export interface EntryLine {
  readonly line: string;
  readonly blobs: readonly Blob[];
}

/** A large value, kept once whoever has it. */
export interface Blob {
  readonly hash: Digest;
  readonly text: string;
}

/** Entries whose JSON is longer, in UTF-16 units, are kept as blobs. It is part of the form: digests depend on it. */
const MAX_LINE = 4096;

/** Parts of a start entry that many runs share, by their paths; these are always blobs. */
const SHARED = [
  ["message", "program"],
  ["message", "surface"],
  ["message", "limits"],
  ["profile"],
  ["spell", "sources"],
] as const;

type Json = Record<string, unknown>;

/** An entry as a line. */
export function entryToLine(entry: JournalEntry): EntryLine {
  if (entry.type === "start") return startToLine(entryToJson(entry) as Json);
  return textToLine(JSON.stringify(entryToJson(entry)));
}

/** The same for an entry's JSON as {@link lineToText} gave it. */
export function jsonToLine(json: Json): EntryLine {
  return json["type"] === "start" ? startToLine(json) : textToLine(JSON.stringify(json));
}

function textToLine(text: string): EntryLine {
  if (text.length <= MAX_LINE) return { line: text, blobs: [] };
  const hash = hashText(text);
  return { line: JSON.stringify({ blob: hash.toHex() }), blobs: [{ hash, text }] };
}

function startToLine(json: Json): EntryLine {
  const blobs: Blob[] = [];
  // First, so that the line can be told from others by how it begins.
  const line: Json = { type: "start", ...json };
  for (const [key, inner] of SHARED) {
    const holder = inner === undefined ? line : (line[key] = { ...(line[key] as Json) });
    const name = inner ?? key;
    const text = JSON.stringify(holder[name] ?? null);
    const hash = hashText(text);
    blobs.push({ hash, text });
    holder[name] = hash.toHex();
  }
  return { line: JSON.stringify(line), blobs };
}

/** Gives a blob's text, checked against its hash. */
export type ReadBlob = (hash: string) => string;

/** The entry's whole JSON as text. */
export function lineToText(line: string, read: ReadBlob): string {
  if (line.startsWith('{"blob":')) return read(String((parse(line) as Json)["blob"]));
  if (!line.startsWith('{"type":"start"')) return line;
  const json = parse(line) as Json;
  for (const [key, inner] of SHARED) {
    const holder = (inner === undefined ? json : json[key]) as Json;
    holder[inner ?? key] = parse(read(String(holder[inner ?? key])));
  }
  return JSON.stringify(json);
}

/** The entry itself. */
export function lineToEntry(line: string, read: ReadBlob): JournalEntry {
  return entryFromJson(parse(lineToText(line, read)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SpellError("journal.damaged", "An entry of the journal is no JSON", { cause: error });
  }
}
