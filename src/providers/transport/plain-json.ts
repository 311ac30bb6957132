import { exactNumber, readLooseJson } from "../../contract/json-text.ts";
import { Float, isValueMap, type Value, type ValueMap } from "../../contract/value.ts";

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of {@link Json}. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** How an integer beyond what JSON.parse reads is put. */
type Wide = (value: bigint) => Json;

const exactly: Wide = (value) => exactNumber(value) as JsonObject;

/** A value as JSON.stringify takes it: floats are numbers, wide integers keep their digits, the rest says what it is. */
export function toJson(value: Value, wide = exactly): Json {
  if (value instanceof Float) return value.value;
  if (typeof value === "bigint") return wide(value);
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => toJson(item, wide));
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.toBase64();
  if ("toJSON" in value && typeof value.toJSON === "function") return toJson(value.toJSON() as Value, wide);
  return toJsonObject(value as ValueMap, wide);
}

/** As {@link toJson}, for a map. */
export function toJsonObject(map: ValueMap, wide = exactly): JsonObject {
  const object: Record<string, Json> = Object.create(null);
  for (const [key, item] of Object.entries(map)) object[key] = toJson(item, wide);
  return object;
}

/** The map that a model wrote as a tool's arguments, with all digits; undefined where the text is not a JSON object. */
export function parseArguments(text: string): ValueMap | undefined {
  if (text.trim() === "") return {};
  try {
    const parsed = readLooseJson(text);
    return isValueMap(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
