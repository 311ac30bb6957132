// Base64, for bytes on their way and for atob and btoa.
import { codeAt, fromCode, PrimordialUint8Array, typedArrayLength } from "./primordials.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DIGITS = new PrimordialUint8Array(128).fill(255);
for (let index = 0; index < 64; index++) DIGITS[ALPHABET.charCodeAt(index)] = index;

/** Bytes → base64 with padding. */
export function encodeBase64(bytes) {
  const length = typedArrayLength(bytes);
  let text = "";
  let index = 0;
  for (; index + 2 < length; index += 3) {
    const group = (bytes[index] << 16) | (bytes[index + 1] << 8) | bytes[index + 2];
    text += ALPHABET[group >> 18] + ALPHABET[(group >> 12) & 63] + ALPHABET[(group >> 6) & 63] + ALPHABET[group & 63];
  }
  if (index + 1 === length) {
    const group = bytes[index] << 4;
    text += `${ALPHABET[group >> 6]}${ALPHABET[group & 63]}==`;
  } else if (index + 2 === length) {
    const group = (bytes[index] << 10) | (bytes[index + 1] << 2);
    text += `${ALPHABET[group >> 12]}${ALPHABET[(group >> 6) & 63]}${ALPHABET[group & 63]}=`;
  }
  return text;
}

/** Base64 → bytes; undefined where the text is not base64. Padding may be left out. */
export function decodeBase64(text) {
  let length = text.length;
  while (length > 0 && length > text.length - 2 && text[length - 1] === "=") length--;
  if (length % 4 === 1) return undefined;
  const bytes = new PrimordialUint8Array((length * 3) >> 2);
  let group = 0;
  let at = 0;
  for (let index = 0; index < length; index++) {
    const code = codeAt(text, index);
    const digit = code < 128 ? DIGITS[code] : 255;
    if (digit === 255) return undefined;
    group = ((group << 6) | digit) & 0xffffff;
    if (index % 4 === 3) {
      bytes[at++] = group >> 16;
      bytes[at++] = (group >> 8) & 255;
      bytes[at++] = group & 255;
    }
  }
  if (length % 4 === 2) bytes[at] = (group >> 4) & 255;
  else if (length % 4 === 3) {
    bytes[at++] = (group >> 10) & 255;
    bytes[at] = (group >> 2) & 255;
  }
  return bytes;
}

/** Bytes → a string of code units 0 to 255. */
export function binaryText(bytes) {
  const length = typedArrayLength(bytes);
  let text = "";
  for (let index = 0; index < length; index++) text += fromCode(bytes[index]);
  return text;
}
