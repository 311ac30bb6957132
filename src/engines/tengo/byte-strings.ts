/** Strings of Tengo: one character a byte, codes 0 to 255. What is text is UTF-8 within them. */

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const CHUNK = 8192;

/** The rune that stands for bytes which are no UTF-8. */
export const RUNE_ERROR = 0xfffd;

/** Whether a byte string is ASCII, in which text, runes and bytes are the same. */
export function isAscii(bytes: string): boolean {
  for (let index = 0; index < bytes.length; index++) if (bytes.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** The byte string of bytes. */
export function fromBytes(data: Uint8Array): string {
  if (data.length <= CHUNK) return String.fromCharCode(...data);
  const parts: string[] = [];
  for (let start = 0; start < data.length; start += CHUNK) {
    parts.push(String.fromCharCode(...data.subarray(start, start + CHUNK)));
  }
  return parts.join("");
}

/** The bytes of a byte string. */
export function toBytes(bytes: string): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) data[index] = bytes.charCodeAt(index);
  return data;
}

/** The byte string of a text in UTF-8. Lone surrogates become U+FFFD. */
export function fromText(text: string): string {
  return isAscii(text) ? text : fromBytes(encoder.encode(text));
}

/** The text of a byte string, or undefined where it is not UTF-8. */
export function toTextStrict(bytes: string): string | undefined {
  if (isAscii(bytes)) return bytes;
  try {
    return strict.decode(toBytes(bytes));
  } catch {
    return undefined;
  }
}

/** The text of a byte string, with U+FFFD for what is not UTF-8. */
export function toText(bytes: string): string {
  return isAscii(bytes) ? bytes : lenient.decode(toBytes(bytes));
}

/** The byte string of one rune; what is no code point becomes U+FFFD, as in Go. */
export function fromRune(code: number): string {
  if (code >= 0 && code < 0x80) return String.fromCharCode(code);
  if (code >= 0 && code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return "\xef\xbf\xbd";
  if (code < 0x10000) {
    return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  }
  const lead = 0xf0 | (code >> 18);
  return String.fromCharCode(lead, 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
}

/**
 * The rune at a byte, and how many bytes it takes, as `rune * 8 + size`: Go's `utf8.DecodeRuneInString`. Bytes
 * that are no UTF-8 are {@link RUNE_ERROR} of size 1; past the end the size is 0.
 */
export function decodeRune(bytes: string, at: number): number {
  if (at >= bytes.length) return RUNE_ERROR * 8;
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return first * 8 + 1;
  const size =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  if (size === 0 || at + size > bytes.length) return RUNE_ERROR * 8 + 1;
  let rune = first & (0xff >> (size + 1));
  for (let index = 1; index < size; index++) {
    const next = bytes.charCodeAt(at + index);
    if ((next & 0xc0) !== 0x80) return RUNE_ERROR * 8 + 1;
    rune = (rune << 6) | (next & 0x3f);
  }
  const overlong = (size === 3 && rune < 0x800) || (size === 4 && rune < 0x10000);
  if (overlong || (rune >= 0xd800 && rune <= 0xdfff) || rune > 0x10ffff) return RUNE_ERROR * 8 + 1;
  return rune * 8 + size;
}

/** The runes of a byte string, as a for-in loop gives them. */
export function runesOf(bytes: string): number[] {
  const runes: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeRune(bytes, at);
    runes.push(decoded >> 3);
    at += decoded & 7;
  }
  return runes;
}
