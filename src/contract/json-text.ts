import { SpellError } from "./errors.ts";
import { ErrorValue, fromFloat, isValueMap, MAX_DEPTH, Time, type Value } from "./value.ts";

/** A value as JSON: integers keep all their digits, floats their point. Throws `value.unsupported`. */
export function writeJson(value: Value, indent = ""): string {
  return write(value, indent, "\n");
}

/** Not among TypeScript's own types yet. */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object };

/** An integer as JSON.stringify writes it with all its digits: an object that means nothing else. */
export function exactNumber(value: bigint): object {
  return rawJSON(String(value));
}

/** As JSON.stringify writes it, but for wide integers, which that refuses: they are numbers. 1.0 is 1, unlike in {@link writeJson}. */
export function stringify(value: object): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? exactNumber(item) : item));
}

/** The value of a JSON text; throws `json.parse`, and `value.range` for an integer whose digits would be lost. */
export function readJson(text: string): Value {
  return read(text);
}

/** JSON.stringify would lose what tells 1.0 from 1, and 64-bit integers. */
function write(value: Value, indent: string, newline: string): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return writeNumber(value);
  if (value instanceof Uint8Array) return JSON.stringify(value.toBase64());
  if (value instanceof Time) return JSON.stringify(value.toJSON());
  if (value instanceof ErrorValue) {
    return write({ code: value.code, message: value.message, details: value.details }, indent, newline);
  }
  const inner = newline + indent;
  const [open, close, colon] = indent === "" ? ["", "", ":"] : [inner, newline, ": "];
  const comma = indent === "" ? "," : `,${inner}`;
  if (Array.isArray(value)) {
    const items = (value as readonly Value[]).map((item) => write(item, indent, inner));
    return items.length === 0 ? "[]" : `[${open}${items.join(comma)}${close}]`;
  }
  if (isValueMap(value)) {
    const keys = Object.keys(value);
    const fields = keys.map((key) => `${JSON.stringify(key)}${colon}${write(value[key] ?? null, indent, inner)}`);
    return keys.length === 0 ? "{}" : `{${open}${fields.join(comma)}${close}}`;
  }
  if ("value" in value) return `${value.value}.0`;
  throw new SpellError("value.unsupported", "A function or handle cannot be written as JSON");
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new SpellError("value.unsupported", `${value} cannot be written as JSON`);
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  // Beyond 2^53 a number is a float: integers there are BigInts.
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !text.includes("e") ? `${text}.0` : text;
}

/**
 * The value of a JSON text, as what a model or server wrote is read: an integer of more than 64 bits is a float. Throws
 * what JSON.parse throws.
 */
export function readLooseJson(text: string): Value {
  return parse(text, (value) => value);
}

interface WithSource {
  readonly source: string;
}

/** What an integer becomes that has more than 64 bits. */
type TooWide = (value: number, source: string) => Value;

function parse(text: string, tooWide: TooWide): Value {
  return JSON.parse(text, (_key, value: unknown, context?: WithSource) => {
    if (typeof value === "number") return readNumber(value, context?.source ?? String(value), tooWide);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.assign(Object.create(null), value) as unknown;
  }) as Value;
}

function read(text: string): Value {
  try {
    return parse(text, refuse);
  } catch (error) {
    if (error instanceof SpellError) throw error;
    if (error instanceof RangeError) {
      throw new SpellError("value.depth", `The JSON nests deeper than ${MAX_DEPTH} levels`, { cause: error });
    }
    throw new SpellError("json.parse", `Not JSON: ${(error as Error).message.replace(/^JSON Parse error: /, "")}`, {
      cause: error,
    });
  }
}

/** Sign and digits of the longest integers of 64 bits: JSON allows no leading zeros. */
const MAX_DIGITS = 20;

function readNumber(value: number, source: string, tooWide: TooWide): Value {
  if (/^-?\d+$/.test(source) && !Number.isSafeInteger(value)) {
    // A million digits would take this process for seconds.
    const wide = source.length > MAX_DIGITS ? undefined : BigInt(source);
    return wide !== undefined && BigInt.asIntN(64, wide) === wide ? wide : tooWide(value, source);
  }
  return /[.eE]/.test(source) ? fromFloat(value) : value;
}

function refuse(_value: number, source: string): never {
  const shown = source.length > 40 ? `${source.slice(0, 40)}…` : source;
  throw new SpellError("value.range", `Cannot read ${shown} exactly: an integer of more than 64 bits`, {
    fix: "Have it written as a text, or with a point (1.0) where digits may be lost",
  });
}
