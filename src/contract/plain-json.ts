import { Float, isValueMap, type Value } from "./value.ts";

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
