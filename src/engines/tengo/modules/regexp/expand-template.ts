import { decodeRune } from "../../byte-strings.ts";
import type { Match } from "./regexp.ts";

/** A piece of a template: text, or the groups of which the first that is in a match stands there. */
type Piece = string | readonly number[];

const NAME_RUNE = /^[\p{L}\p{Nd}_]$/u;

function nameLength(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const decoded = decodeRune(text, at);
    if (!NAME_RUNE.test(String.fromCodePoint(decoded >> 3))) break;
    at += decoded & 7;
  }
  return at - from;
}

/** A name that stands after `$`, and where it ends with its braces. */
function readName(text: string, at: number): { readonly name: string; readonly end: number } | undefined {
  const braced = text[at] === "{";
  const start = braced ? at + 1 : at;
  const end = start + nameLength(text, start);
  if (end === start || (braced && text[end] !== "}")) return undefined;
  return { name: text.slice(start, end), end: braced ? end + 1 : end };
}

/** The groups of every name. */
function groupsByName(names: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  names.forEach((name, index) => {
    const same = groups.get(name);
    if (same === undefined) groups.set(name, [index]);
    else same.push(index);
  });
  return groups;
}

/** Takes a template of Go's `Regexp.Expand` apart: `$1`, `${name}`, `$$`; any other `$` is text. */
export function parseTemplate(template: string, names: readonly string[]): Piece[] {
  const named = groupsByName(names);
  const pieces: Piece[] = [];
  let at = 0;
  for (let mark = template.indexOf("$"); mark >= 0; mark = template.indexOf("$", at)) {
    pieces.push(template.slice(at, mark));
    const found = readName(template, mark + 1);
    if (found === undefined) pieces.push("$");
    else if (/^(?:0|[1-9][0-9]{0,8})$/.test(found.name)) pieces.push([Number(found.name)]);
    else pieces.push(named.get(found.name) ?? []);
    at = found?.end ?? (template[mark + 1] === "$" ? mark + 2 : mark + 1);
  }
  pieces.push(template.slice(at));
  return pieces;
}

/** What a template says for a match. */
export function expandTemplate(pieces: readonly Piece[], bytes: string, match: Match): string {
  // Joined and not added up: a text that is added up keeps all of its pieces.
  const parts: string[] = [];
  for (const piece of pieces) {
    if (typeof piece === "string") {
      parts.push(piece);
      continue;
    }
    const group = piece.find((index) => (match[index * 2] ?? -1) >= 0);
    if (group !== undefined) parts.push(bytes.slice(match[group * 2], match[group * 2 + 1]));
  }
  return parts.join("");
}
