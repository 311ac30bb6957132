import { isLaterRune } from "./unicode-version.ts";

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

/** Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols, and the ASCII space. */
export function isPrint(rune: number): boolean {
  if (rune < 0x7f) return rune >= 0x20;
  if (rune < 0xa1 || rune > 0x10ffff) return false;
  return PRINTABLE.test(String.fromCodePoint(rune)) && !isLaterRune(rune);
}
