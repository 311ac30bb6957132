import { MAX_DEPTH, type Value } from "../../../contract/value.ts";

/** What a parser of plain data gave, as a value: maps without prototype, at most as deep as values may be. */
export function decodeJsonValue(data: unknown, depth = 0): Value {
  if (depth > MAX_DEPTH) throw new Error("too deep");
  if (data === undefined) return null;
  if (data === null || typeof data === "boolean" || typeof data === "string" || typeof data === "number") return data;
  if (Array.isArray(data)) return data.map((item) => decodeJsonValue(item, depth + 1));
  if (typeof data !== "object") throw new Error("no plain data");
  const map: Record<string, Value> = Object.create(null);
  for (const [key, value] of Object.entries(data)) map[key] = decodeJsonValue(value, depth + 1);
  return map;
}
