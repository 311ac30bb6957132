// Text and bytes: TextEncoder and TextDecoder for UTF-8, atob and btoa.
import { binaryText, decodeBase64, encodeBase64 } from "./base64.js";
import {
  codeAt,
  fromCode,
  PrimordialString,
  PrimordialUint8Array,
  typedArrayLength,
  typedArrayName,
} from "./primordials.js";

const { DOMException, ArrayBuffer } = globalThis;

/** The class TextEncoder. */
export function makeTextEncoder() {
  return class TextEncoder {
    get encoding() {
      return "utf-8";
    }
    encode(input = "") {
      return encodeUtf8(PrimordialString(input));
    }
  };
}

/** The class TextDecoder, for UTF-8 only. */
export function makeTextDecoder() {
  return class TextDecoder {
    #fatal;
    #ignoreBom;
    #rest = [];
    constructor(label = "utf-8", options = undefined) {
      const name = PrimordialString(label).toLowerCase().trim();
      if (name !== "utf-8" && name !== "utf8") throw new RangeError(`TextDecoder knows utf-8 only, not "${label}"`);
      this.#fatal = Boolean(options?.fatal);
      this.#ignoreBom = Boolean(options?.ignoreBOM);
    }
    get encoding() {
      return "utf-8";
    }
    get fatal() {
      return this.#fatal;
    }
    get ignoreBOM() {
      return this.#ignoreBom;
    }
    decode(input = new PrimordialUint8Array(0), options = undefined) {
      const bytes = joined(this.#rest, bytesOf(input));
      const end = options?.stream ? wholeLength(bytes) : bytes.length;
      this.#rest = bytes.slice(end);
      const text = decodeUtf8(bytes.subarray(0, end), this.#fatal);
      return !this.#ignoreBom && codeAt(text, 0) === 0xfeff ? text.slice(1) : text;
    }
  };
}

function bytesOf(input) {
  if (typedArrayName(input) === "Uint8Array") return input;
  if (ArrayBuffer.isView(input)) return new PrimordialUint8Array(input.buffer, input.byteOffset, input.byteLength);
  return new PrimordialUint8Array(input);
}

function joined(rest, bytes) {
  if (rest.length === 0) return bytes;
  const all = new PrimordialUint8Array(rest.length + bytes.length);
  all.set(rest);
  all.set(bytes, rest.length);
  return all;
}

/** How many bytes there are before a character that has only begun. */
function wholeLength(bytes) {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) break;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function encodeUtf8(text) {
  const bytes = new PrimordialUint8Array(text.length * 3);
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    let code = codeAt(text, index);
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = code < 0xdc00 && index + 1 < text.length ? codeAt(text, index + 1) : 0;
      if (low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        index++;
      } else code = 0xfffd;
    }
    if (code < 0x80) bytes[at++] = code;
    else {
      if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6);
      else {
        if (code < 0x10000) bytes[at++] = 0xe0 | (code >> 12);
        else {
          bytes[at++] = 0xf0 | (code >> 18);
          bytes[at++] = 0x80 | ((code >> 12) & 63);
        }
        bytes[at++] = 0x80 | ((code >> 6) & 63);
      }
      bytes[at++] = 0x80 | (code & 63);
    }
  }
  return bytes.slice(0, at);
}

function decodeUtf8(bytes, fatal) {
  const length = typedArrayLength(bytes);
  let text = "";
  for (let index = 0; index < length;) {
    const first = bytes[index++];
    if (first < 0x80) {
      text += fromCode(first);
      continue;
    }
    // The range of the second byte shuts out overlong forms, surrogates and what is over U+10FFFF.
    let need =
      first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
    let least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let code = need === 1 ? first & 31 : need === 2 ? first & 15 : first & 7;
    let good = need > 0;
    while (good && need > 0) {
      const byte = index < length ? bytes[index] : 0;
      good = byte >= least && byte <= most;
      if (!good) break;
      code = (code << 6) | (byte & 63);
      index++;
      need--;
      [least, most] = [0x80, 0xbf];
    }
    if (!good && fatal) throw new TypeError("The bytes are not valid UTF-8");
    if (!good) text += "\ufffd";
    else if (code < 0x10000) text += fromCode(code);
    else text += fromCode(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 1023));
  }
  return text;
}

/** Bytes, as a string of code units 0 to 255 → base64. */
export function btoa(input) {
  const text = PrimordialString(input);
  const bytes = new PrimordialUint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = codeAt(text, index);
    if (code > 255) throw new DOMException("btoa takes code units 0 to 255 only", "InvalidCharacterError");
    bytes[index] = code;
  }
  return encodeBase64(bytes);
}

/** Base64 → bytes as a string of code units 0 to 255. White space is left out. */
export function atob(input) {
  const bytes = decodeBase64(PrimordialString(input).replace(/[\t\n\f\r ]+/g, ""));
  if (bytes === undefined) throw new DOMException("The text is not base64", "InvalidCharacterError");
  return binaryText(bytes);
}
