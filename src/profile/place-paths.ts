import type { Origin } from "../contract/profile.ts";
import { kindOf, type z } from "../contract/schema.ts";
import { isValueMap } from "../contract/value.ts";
import { besideFile } from "./file-path.ts";

/** What of a zod schema matters here (zod 4, `_zod.def`). */
interface Definition {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
}

/**
 * The options of a bridge with their relative paths joined to the folder of the file that wrote each of them: a list
 * may be put together from several files. What the schema does not call a path stays as it is.
 */
export function placePaths(
  value: unknown,
  schema: z.ZodType,
  place: string,
  origins: Readonly<Record<string, Origin>>,
): unknown {
  const kind = kindOf(schema);
  if (typeof value === "string" && (kind === "path" || (kind === "program" && value.includes("/")))) {
    return value === "~" || value.startsWith("~/") ? value : besideFile(origins[place]?.file ?? "", value);
  }
  const { shape, innerType, element } = schema._zod.def as Definition;
  if (innerType !== undefined) return placePaths(value, innerType, place, origins);
  if (element !== undefined && Array.isArray(value)) {
    return value.map((item, index) => placePaths(item, element, `${place}.${index}`, origins));
  }
  if (shape === undefined || !isValueMap(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    const inner = shape[key];
    return [key, inner === undefined ? item : placePaths(item, inner, `${place}.${key}`, origins)] as const;
  });
  return Object.fromEntries(entries);
}
