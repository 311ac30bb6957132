import { SpellError } from "./errors.ts";
import {
  ErrorValue,
  Float,
  FunctionHandle,
  INT64_MAX,
  INT64_MIN,
  isInteger,
  isValueMap,
  MAX_DEPTH,
  ResourceHandle,
  Time,
  type Value,
} from "./value.ts";

/**
 * A {@link Value} as JSON, for frames and for engines whose guest parses JSON itself.
 *
 * null, booleans, strings, arrays, maps and most numbers stand for themselves. The rest is a map with the
 * key `$` (and only a user's map that itself has the key `$` needs wrapping):
 *
 *     {"$":"float","v":1}            a float64 that a bare number would turn into an integer
 *     {"$":"float","v":"NaN"}        also "Infinity", "-Infinity", "-0"
 *     {"$":"int","v":"9007199254740993"}
 *     {"$":"bytes","v":"base64"}
 *     {"$":"time","s":0,"n":0}
 *     {"$":"error","code":"","message":"","details":…}
 *     {"$":"function","id":1}
 *     {"$":"resource","kind":"llm.stream","id":1}
 *     {"$":"map","v":{"$":…}}
 */
export type WireValue = null | boolean | number | string | readonly WireValue[] | { readonly [key: string]: WireValue };

/** Value → wire. Throws `value.*` errors that name the place (`args[0].list[3]`). */
export function encodeValue(value: Value, place = "value"): WireValue {
  return encode(value, [place], 0, true);
}

/** The same for a guest with one kind of numbers: a float that is a whole number is not marked, which nobody there could tell. */
export function encodeForOneNumber(value: Value, place = "value"): WireValue {
  return encode(value, [place], 0, false);
}

/** `apart`: floats are told from integers. */
function encode(value: Value, path: (string | number)[], depth: number, apart: boolean): WireValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return encodeNumber(value, apart);
  if (typeof value === "bigint") return encodeBigint(value, path);
  if (typeof value !== "object") throw unsupported(typeof value, path);
  if (Array.isArray(value)) {
    requireDepth(path, depth);
    return encodeList(value as readonly Value[], path, depth, apart);
  }
  if (isValueMap(value)) {
    requireDepth(path, depth);
    const map: Record<string, WireValue> = Object.create(null);
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined) continue;
      path.push(key);
      map[key] = encode(item, path, depth + 1, apart);
      path.pop();
    }
    return "$" in map ? { $: "map", v: map } : map;
  }
  return encodeTagged(value, path, depth, apart);
}

// Here as below, an error leaves the path as it was where it happened: so that its message can name the place.
function encodeList(list: readonly Value[], path: (string | number)[], depth: number, apart: boolean): WireValue {
  const items: WireValue[] = [];
  for (let index = 0; index < list.length; index++) {
    path.push(index);
    items.push(encode(list[index] as Value, path, depth + 1, apart));
    path.pop();
  }
  return items;
}

/** Only what may contain something is a level: a time or bytes may stand as deep as a number. */
function requireDepth(path: (string | number)[], depth: number): void {
  if (depth < MAX_DEPTH) return;
  throw new SpellError("value.depth", `${placeName(path)} nests deeper than ${MAX_DEPTH} levels (a cycle?)`);
}

function encodeTagged(value: object, path: (string | number)[], depth: number, apart: boolean): WireValue {
  if (value instanceof Float) return apart ? { $: "float", v: value.value } : encodeNumber(value.value, false);
  if (value instanceof Uint8Array) return { $: "bytes", v: value.toBase64() };
  if (value instanceof Time) return { $: "time", s: value.seconds, n: value.nanoseconds };
  if (value instanceof FunctionHandle) return { $: "function", id: value.id };
  if (value instanceof ResourceHandle) return { $: "resource", kind: value.kind, id: value.id };
  if (value instanceof ErrorValue) {
    requireDepth(path, depth);
    path.push("details");
    const details = encode(value.details, path, depth + 1, apart);
    path.pop();
    return { $: "error", code: value.code, message: value.message, details };
  }
  throw unsupported(value.constructor?.name ?? "object", path);
}

function encodeNumber(value: number, apart: boolean): WireValue {
  if (Object.is(value, -0)) return { $: "float", v: "-0" };
  if (!Number.isFinite(value)) return { $: "float", v: String(value) };
  if (apart && Number.isInteger(value) && !isInteger(value)) return { $: "float", v: value };
  return value;
}

function encodeBigint(value: bigint, path: (string | number)[]): WireValue {
  if (value < INT64_MIN || value > INT64_MAX) {
    throw new SpellError("value.range", `${placeName(path)} does not fit into 64 bits: ${String(value).slice(0, 40)}`);
  }
  const small = Number(value);
  return isInteger(small) ? small : { $: "int", v: String(value) };
}

/** Wire → value. Anything that does not have the form above is a `frame.malformed` error. */
export function decodeValue(wire: unknown, place = "value"): Value {
  return decode(wire, [place], 0);
}

function decode(wire: unknown, path: (string | number)[], depth: number): Value {
  if (wire === null || typeof wire === "boolean" || typeof wire === "string") return wire;
  if (typeof wire === "number") {
    return Number.isInteger(wire) && !Number.isSafeInteger(wire) ? malformed(path) : wire;
  }
  if (typeof wire !== "object") return malformed(path);
  if (Array.isArray(wire)) {
    checkDepth(path, depth);
    return decodeList(wire, path, depth);
  }
  const record = wire as Record<string, unknown>;
  return Object.hasOwn(record, "$") ? decodeTagged(record, path, depth) : decodeMap(record, path, depth);
}

function decodeList(wire: readonly unknown[], path: (string | number)[], depth: number): Value {
  const items: Value[] = [];
  for (let index = 0; index < wire.length; index++) {
    path.push(index);
    items.push(decode(wire[index], path, depth + 1));
    path.pop();
  }
  return items;
}

/** One level more than encode allows: a call's arguments may be read as one list. */
function checkDepth(path: (string | number)[], depth: number): void {
  if (depth <= MAX_DEPTH) return;
  throw new SpellError("value.depth", `${placeName(path)} nests deeper than ${MAX_DEPTH} levels`);
}

function decodeMap(record: Record<string, unknown>, path: (string | number)[], depth: number): Value {
  checkDepth(path, depth);
  const map: Record<string, Value> = Object.create(null);
  for (const key of Object.keys(record)) {
    path.push(key);
    map[key] = decode(record[key], path, depth + 1);
    path.pop();
  }
  return map;
}

const FLOATS = new Map<unknown, number>([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

function decodeTagged(tagged: Record<string, unknown>, path: (string | number)[], depth: number): Value {
  const { v } = tagged;
  switch (tagged["$"]) {
    case "float": {
      if (typeof v === "number") return isInteger(v) ? new Float(v) : v;
      return FLOATS.get(v) ?? malformed(path);
    }
    case "int":
      return decodeInteger(v, path);
    case "bytes":
      return typeof v === "string" ? decodeBytes(v, path) : malformed(path);
    case "time":
      return decodeTime(tagged, path);
    case "function":
      return isIdentifier(tagged["id"]) ? new FunctionHandle(tagged["id"]) : malformed(path);
    case "resource":
      if (!isIdentifier(tagged["id"]) || typeof tagged["kind"] !== "string") return malformed(path);
      return new ResourceHandle(tagged["kind"], tagged["id"]);
    case "error": {
      const { code, message } = tagged;
      if (typeof code !== "string" || typeof message !== "string") return malformed(path);
      checkDepth(path, depth);
      path.push("details");
      const details = decode(tagged["details"] ?? null, path, depth + 1);
      path.pop();
      return new ErrorValue(code, message, details);
    }
    case "map":
      if (typeof v !== "object" || v === null || Array.isArray(v)) return malformed(path);
      return decodeMap(v as Record<string, unknown>, path, depth);
    default:
      return malformed(path);
  }
}

function decodeInteger(text: unknown, path: (string | number)[]): Value {
  if (typeof text !== "string" || !/^-?[0-9]{1,19}$/.test(text)) return malformed(path);
  const value = BigInt(text);
  if (value < INT64_MIN || value > INT64_MAX) return malformed(path);
  const small = Number(value);
  return isInteger(small) ? small : value;
}

function decodeBytes(text: string, path: (string | number)[]): Value {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return malformed(path);
  }
}

function decodeTime(tagged: Record<string, unknown>, path: (string | number)[]): Value {
  const { s, n } = tagged;
  const good = typeof s === "number" && Math.abs(s) <= 8.64e12 && isIdentifier(n) && n < 1e9;
  return good && Number.isInteger(s) ? new Time(s, n) : malformed(path);
}

function isIdentifier(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function malformed(path: (string | number)[]): never {
  throw new SpellError("frame.malformed", `${placeName(path)} is not a value in wire form`);
}

function unsupported(type: string, path: (string | number)[]): SpellError {
  return new SpellError("value.unsupported", `${placeName(path)} is a ${type}, which cannot cross to or from a script`);
}

/** `["args", 0, "list", 3]` → `args[0].list[3]`. */
export function placeName(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}
