/** The module base64: bytes as text, with padding or without (`raw_`), in the standard alphabet or the one for URLs. */
import { toBytes } from "../byte-strings.ts";
import { TengoRuntimeError } from "../errors.ts";
import { NativeFunction, TengoBytes, type NativeBody, type TengoValue } from "../values.ts";
import { bytesArgument, chargeText, errorValue, expectCount, spend, stringArgument } from "./arguments.ts";

/** One way of writing base64. */
interface Encoding {
  readonly padded: boolean;
  readonly url: boolean;
}

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The bytes of bytes as standard base64. */
export function encodeBase64(data: Uint8Array): string {
  return (data as Uint8Array<ArrayBuffer>).toBase64();
}

function encoder({ padded, url }: Encoding): NativeBody {
  return (args, context) => {
    expectCount(args, 1);
    const bytes = bytesArgument(args, 0);
    chargeText(context, Math.ceil(bytes.length / 3) * 4);
    return toBytes(bytes).toBase64({ alphabet: url ? "base64url" : "base64", omitPadding: !padded });
  };
}

const values = new Map<boolean, Int8Array>();

function valuesOf(url: boolean): Int8Array {
  let table = values.get(url);
  if (table === undefined) {
    const alphabet = url ? STANDARD.replace("+/", "-_") : STANDARD;
    table = new Int8Array(256).fill(-1);
    for (let index = 0; index < 64; index++) table[alphabet.charCodeAt(index)] = index;
    values.set(url, table);
  }
  return table;
}

function isNewline(text: string, at: number): boolean {
  return text[at] === "\n" || text[at] === "\r";
}

/** Where the text goes on after what closes a padded quantum, or where it is wrong. */
function closePadding(text: string, at: number, count: number): { readonly end: number; readonly fault?: number } {
  let next = at;
  if (count < 2) return { end: next, fault: next - 1 };
  if (count === 2) {
    while (isNewline(text, next)) next++;
    if (next === text.length) return { end: next, fault: text.length };
    if (text[next] !== "=") return { end: next, fault: next - 1 };
    next++;
  }
  while (isNewline(text, next)) next++;
  return next < text.length ? { end: next, fault: next } : { end: next };
}

/** The bytes that a text says, or where it is wrong: as Go's `encoding/base64` without `Strict`. */
function decodeBase64(text: string, { padded, url }: Encoding): Uint8Array | number {
  const table = valuesOf(url);
  const data = new Uint8Array(Math.ceil(text.length / 4) * 3);
  let length = 0;
  let held = 0;
  let count = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at++);
    const value = table[code] ?? -1;
    if (value >= 0) {
      held = (held << 6) | value;
      if (++count < 4) continue;
      data.set([held >> 16, (held >> 8) & 0xff, held & 0xff], length);
      length += 3;
      held = 0;
      count = 0;
    } else if (code !== 0x0a && code !== 0x0d) {
      if (code !== 0x3d || !padded) return at - 1;
      const { fault } = closePadding(text, at, count);
      if (fault !== undefined) return fault;
      return withTail(data, length, held, count);
    }
  }
  if (count === 0) return data.subarray(0, length);
  if (count === 1 || padded) return text.length - count;
  return withTail(data, length, held, count);
}

function withTail(data: Uint8Array, length: number, held: number, count: number): Uint8Array {
  const bits = held << (24 - count * 6);
  data[length] = bits >> 16;
  data[length + 1] = (bits >> 8) & 0xff;
  return data.subarray(0, length + count - 1);
}

function decoder(encoding: Encoding): NativeBody {
  return (args, context) => {
    expectCount(args, 1);
    const text = stringArgument(args, 0, context);
    spend(context, text.length);
    const data = decodeBase64(text, encoding);
    if (typeof data === "number") return errorValue(`illegal base64 data at input byte ${data}`);
    if (data.length > context.maxBytesLength) throw new TengoRuntimeError("exceeding bytes size limit");
    return new TengoBytes(data);
  };
}

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  "": { padded: true, url: false },
  raw_: { padded: false, url: false },
  url_: { padded: true, url: true },
  raw_url_: { padded: false, url: true },
};

/** Makes the module base64. Its functions have no names in the reference. */
export function makeBase64(): ReadonlyMap<string, TengoValue> {
  const members = new Map<string, TengoValue>();
  for (const [prefix, encoding] of Object.entries(ENCODINGS)) {
    members.set(`${prefix}encode`, new NativeFunction("user-function", "", encoder(encoding)));
    members.set(`${prefix}decode`, new NativeFunction("user-function", "", decoder(encoding)));
  }
  return members;
}
