import { decodeRune, fromRune, RUNE_ERROR } from "../byte-strings.ts";
import { isPrint } from "./is-print.ts";

const NAMED: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  92: "\\\\",
};

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function escapeRune(rune: number, mark: string, ascii: boolean): string {
  if (rune < 0x80) {
    const named = NAMED[rune];
    if (named !== undefined) return named;
    const text = String.fromCharCode(rune);
    if (text === mark) return `\\${mark}`;
    return rune < 0x20 || rune === 0x7f ? `\\x${hex(rune, 2)}` : text;
  }
  if (!ascii && isPrint(rune)) return fromRune(rune);
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

// eslint-disable-next-line no-control-regex
const PLAIN = /^[ !#-[\]-~]*$/;

function quoteWith(bytes: string, ascii: boolean): string {
  if (PLAIN.test(bytes)) return `"${bytes}"`;
  const parts = ['"'];
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeRune(bytes, at);
    const size = decoded & 7;
    const rune = decoded >> 3;
    if (size === 1 && rune === RUNE_ERROR) parts.push(`\\x${hex(bytes.charCodeAt(at), 2)}`);
    else parts.push(escapeRune(rune, '"', ascii));
    at += size;
  }
  parts.push('"');
  return parts.join("");
}

/** Go's `strconv.Quote` of a byte string. */
export function quote(bytes: string): string {
  return quoteWith(bytes, false);
}

/** Go's `strconv.QuoteToASCII` of a byte string. */
export function quoteToAscii(bytes: string): string {
  return quoteWith(bytes, true);
}

/** Go's `strconv.QuoteRune`, or `QuoteRuneToASCII`. */
export function quoteRune(code: number, ascii = false): string {
  const valid = (code >= 0 && code < 0xd800) || (code > 0xdfff && code <= 0x10ffff);
  return `'${escapeRune(valid ? code : RUNE_ERROR, "'", ascii)}'`;
}

/** Go's `strconv.CanBackquote`: whether a byte string can be written between backquotes. */
export function canBackquote(bytes: string): boolean {
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeRune(bytes, at);
    const size = decoded & 7;
    const rune = decoded >> 3;
    at += size;
    if (size > 1) {
      if (rune === 0xfeff) return false;
      continue;
    }
    if (rune === RUNE_ERROR || (rune < 0x20 && rune !== 9) || rune === 0x60 || rune === 0x7f) return false;
  }
  return true;
}
