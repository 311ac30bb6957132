import type { Origin } from "../contract/profile.ts";
import { partsOf } from "../contract/schema-parts.ts";
import { kindOf, type Schema } from "../contract/schema.ts";
import { isValueMap } from "../contract/value.ts";
import { besideFile } from "./file-path.ts";

/**
 * The options of a bridge with their relative paths joined to the folder of the file that wrote each of them: a list
 * may be put together from several files. What the schema does not call a path stays as it is.
 */
export function placePaths(
  value: unknown,
  schema: Schema,
  place: string,
  origins: Readonly<Record<string, Origin>>,
): unknown {
  const kind = kindOf(schema);
  if (typeof value === "string" && (kind === "path" || (kind === "program" && value.includes("/")))) {
    return value === "~" || value.startsWith("~/") ? value : besideFile(origins[place]?.file ?? "", value);
  }
  const { entries: known, wrapped, item: each } = partsOf(schema);
  if (wrapped !== undefined) return placePaths(value, wrapped, place, origins);
  if (each !== undefined && Array.isArray(value)) {
    return value.map((item, index) => placePaths(item, each, `${place}.${index}`, origins));
  }
  if (known === undefined || !isValueMap(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    const inner = known[key];
    return [key, inner === undefined ? item : placePaths(item, inner, `${place}.${key}`, origins)] as const;
  });
  return Object.fromEntries(entries);
}
