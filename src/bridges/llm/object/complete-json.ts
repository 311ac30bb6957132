import type { Value } from "../../../contract/value.ts";
import { readJson } from "../../../contract/json-text.ts";

/**
 * What the beginning of a JSON text says already: open texts, lists and maps are closed, and what is not whole (a key
 * without its value, half a number or word) is left out. Undefined where that is nothing yet.
 */
export function readPartialJson(text: string): Value | undefined {
  const begin = text.search(/[{[]/);
  if (begin < 0) return undefined;
  const end = closed(text.slice(begin));
  if (end === undefined) return undefined;
  try {
    return readJson(end);
  } catch {
    return undefined;
  }
}

/** The text up to its last whole value, with all that is open closed; undefined where it is no JSON. */
function closed(text: string): string | undefined {
  const open: string[] = [];
  // Up to where the text can be cut so that closing what is open makes it whole, and what is open there.
  let whole = 0;
  let depth = 0;
  let wantsKey = false;
  const mark = (at: number) => {
    whole = at;
    depth = open.length;
  };
  for (let at = 0; at < text.length;) {
    const character = text.charAt(at);
    if (character === "{" || character === "[") {
      open.push(character === "{" ? "}" : "]");
      wantsKey = character === "{";
      mark(++at);
    } else if (character === "}" || character === "]") {
      if (open.pop() !== character) return undefined;
      mark(++at);
      if (open.length === 0) break;
    } else if (character === '"') {
      const end = endOfText(text, at + 1);
      if (end === undefined) {
        if (wantsKey) break;
        return `${text.slice(0, at)}${cutText(text.slice(at))}"${open.toReversed().join("")}`;
      }
      at = end;
      if (!wantsKey) mark(at);
    } else if (/[\s,:]/.test(character)) {
      if (character === ",") wantsKey = open.at(-1) === "}";
      if (character === ":") wantsKey = false;
      at++;
    } else {
      const word = /[^\s,:\]}"[{]*/y;
      word.lastIndex = at;
      at += word.exec(text)?.[0].length ?? 1;
      // Half a number is another number.
      if (at < text.length) mark(at);
    }
  }
  return whole === 0 ? undefined : text.slice(0, whole) + open.slice(0, depth).toReversed().join("");
}

/** Behind the quote that ends a text; undefined where it does not end. */
function endOfText(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
}

/** An open text without half an escape at its end. */
function cutText(text: string): string {
  const last = text.lastIndexOf("\\");
  if (last < 0 || text.length - last > 5) return text;
  let before = last;
  while (text[before - 1] === "\\") before--;
  const isEscape = (last - before) % 2 === 0;
  const isWhole = text.length - last > (text[last + 1] === "u" ? 5 : 1);
  return isEscape && !isWhole ? text.slice(0, last) : text;
}
