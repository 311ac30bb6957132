/** What Go's strings package does rune by rune, on byte strings. */
import { decodeRune, runesOf } from "../../byte-strings.ts";
import type { RunContext } from "../../context.ts";
import { Growth } from "../../forms/index.ts";

/** One rune that is white space, in UTF-8. */
const SPACE = String.raw`(?:[\t-\r ]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)`;
const LEADING = new RegExp(`^${SPACE}+`);
const BETWEEN = new RegExp(`${SPACE}+`, "g");

/** What a piece of a string takes beside its bytes, which it shares. */
const ITEM_BYTES = 32;

/** `strings.Fields`. */
export function fields(bytes: string, context: RunContext): string[] {
  const items: string[] = [];
  const growth = new Growth(context);
  const add = (start: number, end: number): void => {
    if (start === end) return;
    growth.add(ITEM_BYTES);
    items.push(bytes.slice(start, end));
  };
  let start = 0;
  for (const space of bytes.matchAll(BETWEEN)) {
    add(start, space.index);
    start = space.index + space[0].length;
  }
  add(start, bytes.length);
  return items;
}

/** Where the last rune before `end` begins. */
export function previousRune(bytes: string, end: number): number {
  for (let start = end - 1; start >= Math.max(0, end - 4); start--) {
    const code = bytes.charCodeAt(start);
    if (code >= 0x80 && code < 0xc0) continue;
    return start + (decodeRune(bytes, start) & 7) === end ? start : end - 1;
  }
  return end - 1;
}

/** `strings.TrimSpace`. */
export function trimSpace(bytes: string): string {
  const start = LEADING.exec(bytes)?.[0].length ?? 0;
  let end = bytes.length;
  while (end > start) {
    const at = previousRune(bytes, end);
    if (!LEADING.test(bytes.slice(at, end))) break;
    end = at;
  }
  return bytes.slice(start, end);
}

/** `strings.TrimLeft`, `TrimRight`, or `Trim` for both. */
export function trim(bytes: string, cutset: string, left: boolean, right: boolean): string {
  const cut = new Set(runesOf(cutset));
  let start = 0;
  let end = bytes.length;
  while (left && start < end) {
    const decoded = decodeRune(bytes, start);
    if (!cut.has(decoded >> 3)) break;
    start += decoded & 7;
  }
  while (right && end > start) {
    const at = previousRune(bytes, end);
    if (!cut.has(decodeRune(bytes, at) >> 3)) break;
    end = at;
  }
  return bytes.slice(start, end);
}

/** `strings.IndexAny`. */
export function indexAny(bytes: string, chars: string): number {
  const wanted = new Set(runesOf(chars));
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeRune(bytes, at);
    if (wanted.has(decoded >> 3)) return at;
    at += decoded & 7;
  }
  return -1;
}

/** `strings.LastIndexAny`. */
export function lastIndexAny(bytes: string, chars: string): number {
  const wanted = new Set(runesOf(chars));
  for (let end = bytes.length; end > 0;) {
    const at = previousRune(bytes, end);
    if (wanted.has(decodeRune(bytes, at) >> 3)) return at;
    end = at;
  }
  return -1;
}
