import { Float, type Value, type ValueMap } from "../../contract/value.ts";

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of {@link Json}. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A value as JSON has it: floats are numbers, large integers lose their last digits, the rest says what it is. */
export function toJson(value: Value): Json {
  if (value instanceof Float) return value.value;
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return (value as readonly Value[]).map(toJson);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.toBase64();
  if ("toJSON" in value && typeof value.toJSON === "function") return JSON.parse(JSON.stringify(value)) as Json;
  return toJsonObject(value as ValueMap);
}

/** As {@link toJson}, for a map. */
export function toJsonObject(map: ValueMap): JsonObject {
  const object: Record<string, Json> = Object.create(null);
  for (const [key, item] of Object.entries(map)) object[key] = toJson(item);
  return object;
}

/** The map that a model wrote as a tool's arguments; undefined where the text is not a JSON object. */
export function parseArguments(text: string): ValueMap | undefined {
  if (text.trim() === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as ValueMap) : undefined;
  } catch {
    return undefined;
  }
}
