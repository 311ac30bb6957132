import type { Value } from "../../../contract/value.ts";
import { decodeJsonValue } from "./plain-value.ts";
import { readJson } from "../../../contract/json-text.ts";
import { readXml } from "./read-xml.ts";

/** How a value can be written in an answer. */
export type AnswerFormat = "json" | "yaml" | "xml";

/** A value that was found in an answer. */
export interface Found {
  readonly value: Value;
  /** Whether what the model wrote was not right as it stood. */
  readonly repaired: boolean;
}

/** Longer texts are read as they are or not at all: mending takes the square of their length at worst. */
const MAX_MENDED = 32 * 1024;
/** As long a text may be YAML, and as many brackets may open in it without being closed, for the same reason. */
const MAX_YAML = 16 * 1024;
const MAX_OPEN = 60;
/** Deeper values cannot cross to a script. */
const MAX_NESTING = 100;
/** How many places of an answer are tried as the beginning of a value. */
const MAX_BEGINNINGS = 20;

/**
 * The values that an answer may mean, the likeliest first: the whole of it, what stands in fences, what begins with a
 * brace; then, for an answer that was not cut off, the same mended.
 */
export async function* findValues(text: string, format: AnswerFormat, isWhole: boolean): AsyncGenerator<Found> {
  const fences = fencesOf(text);
  const bodies = fences.map(({ body }) => body);
  if (format === "xml") yield* asXml([...bodies, text]);
  if (format === "yaml") yield* asYaml([...bodies, text]);
  for (const part of [text, ...bodies]) {
    const value = attempt(() => readJson(part.trim()));
    if (value !== undefined) yield { value, repaired: false };
  }
  for (const part of [...bodies, text]) {
    const value = insideOf(part);
    if (value !== undefined) yield { value, repaired: false };
  }
  // What was cut off could be mended to less than was meant.
  for (const part of isWhole ? [...bodies, text] : []) {
    const value = await mended(part);
    if (value !== undefined) yield { value, repaired: true };
  }
  if (format !== "xml") yield* asXml(fences.filter(({ language }) => language === "xml").map(({ body }) => body));
  if (format !== "yaml")
    yield* asYaml(fences.filter(({ language }) => /^ya?ml$/.test(language)).map(({ body }) => body));
}

interface Fence {
  readonly language: string;
  readonly body: string;
}

/** More fences are no answer. */
const MAX_FENCES = 8;

/** What stands between lines of three backticks. */
function fencesOf(text: string): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { language: string; lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    if (open === undefined) {
      if (trimmed.startsWith("```")) open = { language: trimmed.slice(3).trim().toLowerCase(), lines: [] };
    } else if (trimmed === "```") {
      fences.push({ language: open.language, body: open.lines.join("\n") });
      open = undefined;
      if (fences.length === MAX_FENCES) return fences;
    } else open.lines.push(line);
  }
  if (open !== undefined) fences.push({ language: open.language, body: open.lines.join("\n") });
  return fences;
}

function* asXml(parts: readonly string[]): Generator<Found> {
  for (const part of parts) {
    const value = readXml(part);
    if (value !== undefined) yield { value, repaired: false };
  }
}

async function* asYaml(parts: readonly string[]): AsyncGenerator<Found> {
  for (const part of parts) {
    if (part.length > MAX_YAML || opens(part) > MAX_OPEN) continue;
    const { parse } = await import("yaml");
    const value = attempt(() =>
      decodeJsonValue(parse(part, { maxAliasCount: 0, schema: "core", logLevel: "silent", intAsBigInt: false })),
    );
    if (value !== undefined && value !== null && typeof value === "object") yield { value, repaired: false };
  }
}

/** How many more brackets a text opens than it closes, at most. */
function opens(text: string): number {
  let depth = 0;
  let most = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    most = Math.max(most, depth);
  }
  return most;
}

/** The first whole JSON value within a text. */
function insideOf(text: string): Value | undefined {
  let tried = 0;
  for (const { index } of text.matchAll(/[{[]/g)) {
    if (++tried > MAX_BEGINNINGS) return undefined;
    const end = endOf(text, index);
    const value = end === undefined ? undefined : attempt(() => readJson(text.slice(index, end)));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Behind the bracket that closes the one at `from`. */
function endOf(text: string, from: number): number | undefined {
  let depth = 0;
  let inText = false;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (inText) {
      if (character === "\\") at++;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === "{" || character === "[") depth++;
    else if ((character === "}" || character === "]") && --depth === 0) return at + 1;
  }
  return undefined;
}

async function mended(text: string): Promise<Value | undefined> {
  const begin = text.search(/[{[]/);
  if (begin < 0 || text.length > MAX_MENDED || opens(text) > MAX_NESTING) return undefined;
  const { jsonrepair } = await import("jsonrepair");
  const last = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]")) + 1;
  return (
    attempt(() => readJson(jsonrepair(text.slice(begin, last > begin ? last : undefined)))) ??
    attempt(() => readJson(jsonrepair(text.slice(begin))))
  );
}

/** Whatever is wrong with a model's text, it is not read. */
function attempt(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
