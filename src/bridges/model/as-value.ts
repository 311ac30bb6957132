import type { Value } from "../../contract/value.ts";

/** Plain data as a value: what is undefined is left out. */
export function asValue(data: unknown): Value {
  if (Array.isArray(data)) return data.map(asValue);
  if (typeof data !== "object" || data === null) return data as Value;
  const entries = Object.entries(data).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, asValue(value)]));
}
