/** How Go's strings package cuts, counts and replaces, on byte strings. */
import { decodeRune } from "../../byte-strings.ts";
import type { RunContext } from "../../context.ts";
import { Growth, runeCount } from "../../forms/index.ts";

/** What a piece of a string takes beside its bytes, which it shares. */
const ITEM_BYTES = 32;

/** The runes of a byte string as strings; the last of at most `most` takes what is left. */
function explode(bytes: string, most: number, growth: Growth): string[] {
  const items: string[] = [];
  let at = 0;
  while (at < bytes.length && items.length < most - 1) {
    const size = decodeRune(bytes, at) & 7;
    growth.add(ITEM_BYTES);
    items.push(bytes.slice(at, at + size));
    at += size;
  }
  if (at < bytes.length) items.push(bytes.slice(at));
  return items;
}

/** `strings.SplitN`, or `SplitAfterN` where separators are kept. A negative `most` is no limit. */
export function splitText(
  bytes: string,
  separator: string,
  most: number,
  keep: boolean,
  context: RunContext,
): string[] {
  if (most === 0) return [];
  const limit = most < 0 ? Infinity : most;
  const growth = new Growth(context);
  if (separator === "") return explode(bytes, limit, growth);
  const items: string[] = [];
  let start = 0;
  while (items.length < limit - 1) {
    const at = bytes.indexOf(separator, start);
    if (at < 0) break;
    growth.add(ITEM_BYTES);
    items.push(bytes.slice(start, keep ? at + separator.length : at));
    start = at + separator.length;
  }
  items.push(bytes.slice(start));
  return items;
}

/** `strings.Count`: how often a text occurs without overlapping; the empty one stands around every rune. */
export function countText(bytes: string, wanted: string): number {
  if (wanted === "") return runeCount(bytes) + 1;
  let count = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + wanted.length)) count++;
  return count;
}

/** `strings.Replace` of the first `count` occurrences, of which there are as many. */
export function replaceText(bytes: string, old: string, replacement: string, count: number): string {
  const parts: string[] = [];
  let start = 0;
  for (let done = 0; done < count; done++) {
    let at = start;
    if (old !== "") at = bytes.indexOf(old, start);
    else if (done > 0) at += decodeRune(bytes, start) & 7;
    parts.push(bytes.slice(start, at), replacement);
    start = at + old.length;
  }
  parts.push(bytes.slice(start));
  return parts.join("");
}
