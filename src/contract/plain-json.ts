import { Float, isValueMap, type Value } from "./value.ts";

/** Of ES2026: text that `JSON.stringify` takes as it is. */
const WITH_RAW = JSON as JSON & { rawJSON(text: string): unknown };

/** A value as plain JSON data: bytes as base64, times as RFC 3339, wide integers as text. */
export function toJson(value: Value): unknown {
  return convert(value, String);
}

/** The same for `JSON.stringify` alone, which writes wide integers with all their digits. */
export function toExactJson(value: Value): unknown {
  return convert(value, (wide) => WITH_RAW.rawJSON(String(wide)));
}

function convert(value: Value, writeWide: (wide: bigint) => unknown): unknown {
  if (typeof value === "bigint") return writeWide(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Float) return value.value;
  if (value instanceof Uint8Array) return value.toBase64();
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => convert(item, writeWide));
  if (!isValueMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, writeWide)]));
}
