import { decodeRune } from "../../byte-strings.ts";
import type { Match } from "./regexp.ts";

/** A piece of a template: text, or the group that stands there. */
type Piece = string | { readonly name: string; readonly group: number | undefined };

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

/** A name at the beginning of what comes after `$`: its text, and how many bytes it takes with braces. */
function readName(text: string): { readonly name: string; readonly size: number } | undefined {
  const start = text[0] === "{" ? 1 : 0;
  const length = nameLength(text, start);
  if (length === 0) return undefined;
  const name = text.slice(start, start + length);
  if (start === 0) return { name, size: length };
  return text[length + 1] === "}" ? { name, size: length + 2 } : undefined;
}

function groupNumber(name: string): number | undefined {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(name) ? Number(name) : undefined;
}

/** Takes a template of Go's `Regexp.Expand` apart: `$1`, `${name}`, `$$`; any other `$` is text. */
export function parseTemplate(template: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = template;
  for (let mark = rest.indexOf("$"); mark >= 0; mark = rest.indexOf("$")) {
    pieces.push(rest.slice(0, mark));
    rest = rest.slice(mark + 1);
    if (rest[0] === "$") {
      pieces.push("$");
      rest = rest.slice(1);
      continue;
    }
    const found = readName(rest);
    if (found === undefined) {
      pieces.push("$");
      continue;
    }
    pieces.push({ name: found.name, group: groupNumber(found.name) });
    rest = rest.slice(found.size);
  }
  pieces.push(rest);
  return pieces;
}

/** The text of a group of a match; nothing where it is not in it. */
function groupText(bytes: string, match: Match, group: number): string | undefined {
  const start = match[group * 2] ?? -1;
  return start < 0 ? undefined : bytes.slice(start, match[group * 2 + 1]);
}

/** What a template says for a match. Of groups with the same name, the first that is in the match counts. */
export function expandTemplate(
  pieces: readonly Piece[],
  bytes: string,
  match: Match,
  names: readonly string[],
): string {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") {
      text += piece;
    } else if (piece.group !== undefined) {
      text += groupText(bytes, match, piece.group) ?? "";
    } else {
      const group = names.findIndex((name, index) => name === piece.name && (match[index * 2] ?? -1) >= 0);
      text += (group < 0 ? undefined : groupText(bytes, match, group)) ?? "";
    }
  }
  return text;
}
