import { Float, isValueMap, type Value } from "../contract/value.ts";

/** A value as plain JSON data: bytes as base64, times as RFC 3339, wide integers as text. */
export function toJson(value: Value): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Float) return value.value;
  if (value instanceof Uint8Array) return value.toBase64();
  if (Array.isArray(value)) return (value as readonly Value[]).map(toJson);
  if (isValueMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  return value;
}

/** A result as a person reads it: text as it is, everything else as JSON. */
export function formatResult(value: Value): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (value instanceof Float) return `${value.value}.0`;
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  return JSON.stringify(toJson(value), null, 2);
}
