import { toExactJson as toJson } from "../contract/plain-json.ts";
import { Float, type Value } from "../contract/value.ts";

export { toJson };

/** A result as a person reads it: text as it is, everything else as JSON. */
export function formatResult(value: Value): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (value instanceof Float) return `${value.value}.0`;
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  return JSON.stringify(toJson(value), null, 2);
}
