import { ErrorValue, Float, isValueMap, Time, type Value, type ValueMap } from "../../../contract/value.ts";

/** What JSON Schema calls the kinds of values; `other` is what JSON has no word for. */
export type Kind = "null" | "boolean" | "number" | "string" | "array" | "object" | "other";

/** A value as JSON has it: floats as numbers, bytes as base64, times as RFC 3339, errors as maps. Its items are as they were. */
export function asJson(value: Value): Value {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (value instanceof Float) return value.value;
  if (value instanceof Uint8Array) return value.toBase64();
  if (value instanceof Time) return value.toJSON();
  if (value instanceof ErrorValue) return { code: value.code, message: value.message, details: value.details };
  return value;
}

/** The kind of what {@link asJson} made. */
export function kindOf(value: Value): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "bigint":
      return "number";
    case "number":
      return Number.isFinite(value) ? "number" : "other";
    case "string":
      return "string";
    default:
      return isValueMap(value) ? "object" : "other";
  }
}

/** Whether a number is a whole one: `1.0` is. */
export function isWhole(value: Value): boolean {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
}

/** A text that is the same for equal values and for no others: 1 and 1.0 are equal, the order of keys does not matter. */
export function identityOf(given: Value, spend: (steps: number) => void): string {
  const value = asJson(given);
  spend(1);
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map((item) => identityOf(item, spend)).join(",")}]`;
  if (typeof value === "string") {
    spend(value.length >> 4);
    return JSON.stringify(value);
  }
  if (typeof value === "number") return Object.is(value, -0) ? "0" : numberText(value);
  if (isValueMap(value)) {
    const fields = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${identityOf(value[key] ?? null, spend)}`);
    return `{${fields.join(",")}}`;
  }
  return String(value);
}

/** Whole numbers beyond 2^53 as a bigint writes them. */
function numberText(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

/** The entries of a map, without what is undefined. */
export function entriesOf(map: ValueMap): readonly (readonly [string, Value])[] {
  return Object.entries(map).filter(([, value]) => value !== undefined);
}

/** A value as an error shows it: short, on one line. */
export function show(value: Value): string {
  const json = asJson(value);
  if (typeof json === "bigint" || (typeof json === "object" && !isValueMap(json) && !Array.isArray(json))) {
    return String(json);
  }
  if (typeof json === "string") return cut(JSON.stringify(json.slice(0, 100)));
  if (typeof json !== "object" || json === null) return String(json);
  return Array.isArray(json) ? `an array of ${json.length}` : "an object";
}

function cut(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 58)}…"`;
}
