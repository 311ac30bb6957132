import type { ParameterType } from "../contract/manifest.ts";
import {
  Float,
  fromFloat,
  fromInteger,
  INT64_MAX,
  INT64_MIN,
  isInteger,
  isValueMap,
  type Value,
} from "../contract/value.ts";

/** What each type is called in messages. */
export const TYPE_NAMES: Readonly<Record<ParameterType, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a JSON list",
  object: "a JSON map",
};

/** Whether a value is of a parameter's type. */
export function hasType(value: Value, type: ParameterType): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "integer":
      return typeof value === "bigint" || (typeof value === "number" && isInteger(value));
    case "number":
      return (
        typeof value === "bigint" || value instanceof Float || (typeof value === "number" && Number.isFinite(value))
      );
    case "boolean":
      return typeof value === "boolean";
    case "array":
      return Array.isArray(value);
    case "object":
      return isValueMap(value);
  }
}

/** Whether every integer in a value fits 64 bits, as those of scripts must. */
export function fitsScripts(value: Value): boolean {
  if (typeof value === "bigint") return value >= INT64_MIN && value <= INT64_MAX;
  if (Array.isArray(value)) return value.every(fitsScripts);
  return !isValueMap(value) || Object.values(value).every(fitsScripts);
}

/** A text from the command line as a value of the type, or undefined where it is none. Nothing is rounded. */
export function coerceText(text: string, type: ParameterType): Value | undefined {
  switch (type) {
    case "string":
      return text;
    case "integer":
      return /^[+-]?\d+$/.test(text) ? toInteger(text) : undefined;
    case "number":
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? toNumber(text) : undefined;
    case "boolean":
      return text === "true" || (text === "false" ? false : undefined);
    default: {
      const value = parseJson(text);
      return value !== undefined && hasType(value, type) ? value : undefined;
    }
  }
}

/** Whether a text is JSON of a type and yet no value of it, as it holds a number that scripts do not have. */
export function isTooLong(text: Value, type: ParameterType): boolean {
  if (typeof text !== "string" || (type !== "array" && type !== "object")) return false;
  try {
    return hasType(JSON.parse(text) as Value, type);
  } catch {
    return false;
  }
}

/** `7` is an integer and `7.0` a float, as the text says. */
function toNumber(text: string): Value | undefined {
  if (/^[+-]?\d+$/.test(text)) return toInteger(text);
  const value = Number(text);
  return Number.isFinite(value) ? fromFloat(value) : undefined;
}

function toInteger(text: string): Value | undefined {
  if (text.length > 21) return undefined;
  const value = BigInt(text.replace(/^\+/, ""));
  return value < INT64_MIN || value > INT64_MAX ? undefined : fromInteger(value);
}

/** JSON with its numbers as they are written, or undefined. */
function parseJson(text: string): Value | undefined {
  try {
    return JSON.parse(text, (_key, value: Value, context?: { source?: string }) => {
      if (typeof value !== "number") return value;
      const number = toNumber(context?.source ?? String(value));
      if (number === undefined) throw new RangeError("A number does not fit");
      return number;
    }) as Value;
  } catch {
    return undefined;
  }
}

/** Whether two values are the same; a float equals the integer of the same size. */
export function isSameValue(a: Value, b: Value): boolean {
  const [left, right] = [unboxed(a), unboxed(b)];
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSameValue(item, right[index] as Value));
  }
  if (!isValueMap(left) || !isValueMap(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isSameValue(left[key] as Value, right[key] as Value));
}

function unboxed(value: Value): Value {
  return value instanceof Float ? value.value : value;
}
