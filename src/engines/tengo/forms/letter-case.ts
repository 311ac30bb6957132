import { decodeRune, fromRune, isAscii } from "../byte-strings.ts";
import { isLaterRune } from "./unicode-version.ts";

/** What JavaScript maps one rune to, where that is one rune of the reference's Unicode. */
function single(rune: number, mapped: string): number {
  const code = mapped.codePointAt(0) as number;
  if (mapped.length !== (code > 0xffff ? 2 : 1)) return rune;
  return code === rune || isLaterRune(code) || isLaterRune(rune) ? rune : code;
}

function isScalar(rune: number): boolean {
  return (rune >= 0 && rune < 0xd800) || (rune > 0xdfff && rune <= 0x10ffff);
}

/** Go's `unicode.ToUpper`: the simple mapping, one rune to one. */
export function upperRune(rune: number): number {
  if (rune < 0x80) return rune >= 0x61 && rune <= 0x7a ? rune - 32 : rune;
  if (!isScalar(rune)) return rune;
  // Greek letters with iota below have a capital of their own, which JavaScript spells with two letters.
  if (rune >= 0x1f80 && rune < 0x1fb0) return rune | 8;
  if (rune === 0x1fb3 || rune === 0x1fc3 || rune === 0x1ff3) return rune + 9;
  return single(rune, String.fromCodePoint(rune).toUpperCase());
}

/** Go's `unicode.ToLower`: the simple mapping, one rune to one. */
export function lowerRune(rune: number): number {
  if (rune < 0x80) return rune >= 0x41 && rune <= 0x5a ? rune + 32 : rune;
  if (!isScalar(rune)) return rune;
  return rune === 0x130 ? 0x69 : single(rune, String.fromCodePoint(rune).toLowerCase());
}

/** Go's `unicode.ToTitle`: the simple mapping, one rune to one. */
export function titleRune(rune: number): number {
  if (rune >= 0x1c4 && rune <= 0x1cc) return rune - ((rune - 0x1c4) % 3) + 1;
  if (rune >= 0x1f1 && rune <= 0x1f3) return 0x1f2;
  if (rune >= 0x10d0 && rune <= 0x10ff) return rune;
  return upperRune(rune);
}

/** Runes that differ in case only have the same fold. */
export function foldRune(rune: number): number {
  return rune === 0x130 || rune === 0x131 ? rune : lowerRune(upperRune(rune));
}

/** Runes are put together in so many bytes at a time. */
const CHUNK = 4096;

/** Go's `strings.Map`: every rune by a mapping. Bytes that are no UTF-8 become U+FFFD. */
export function mapRunes(bytes: string, map: (rune: number) => number): string {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeRune(bytes, at);
    part += fromRune(map(decoded >> 3));
    at += decoded & 7;
    if (part.length < CHUNK) continue;
    parts.push(part);
    part = "";
  }
  return parts.join("") + part;
}

/** Go's `strings.ToUpper`. */
export function toUpper(bytes: string): string {
  return isAscii(bytes) ? bytes.toUpperCase() : mapRunes(bytes, upperRune);
}

/** Go's `strings.ToLower`. */
export function toLower(bytes: string): string {
  return isAscii(bytes) ? bytes.toLowerCase() : mapRunes(bytes, lowerRune);
}

/** Go's `strings.ToTitle`: every letter in its title case. */
export function toTitle(bytes: string): string {
  return isAscii(bytes) ? bytes.toUpperCase() : mapRunes(bytes, titleRune);
}

const WORD = /^[\p{L}\p{Nd}]$/u;
const SPACE = /^\p{White_Space}$/u;

function isSeparator(rune: number): boolean {
  if (rune < 0x80) return !/\w/.test(String.fromCharCode(rune));
  const text = String.fromCodePoint(rune);
  return !(WORD.test(text) && !isLaterRune(rune)) && SPACE.test(text);
}

/** Go's `strings.Title`: the first letter of every word in its title case. */
export function titleWords(bytes: string): string {
  let previous = 0x20;
  return mapRunes(bytes, (rune) => {
    const first = isSeparator(previous);
    previous = rune;
    return first ? titleRune(rune) : rune;
  });
}

/** Go's `strings.EqualFold`. */
export function equalFold(a: string, b: string): boolean {
  let left = 0;
  let right = 0;
  while (left < a.length && right < b.length) {
    const one = decodeRune(a, left);
    const other = decodeRune(b, right);
    left += one & 7;
    right += other & 7;
    if (one >> 3 !== other >> 3 && foldRune(one >> 3) !== foldRune(other >> 3)) return false;
  }
  return left === a.length && right === b.length;
}
