import type { z } from "../contract/schema.ts";
import { isValueMap, type Value } from "../contract/value.ts";
import { guestName } from "./call.ts";

/** Renames the keys that a schema declares and leaves all others, a user's data, alone. */
export type Renamer = (value: Value) => Value;

const cache = { toHost: new WeakMap<object, Renamer | null>(), toGuest: new WeakMap<object, Renamer | null>() };

/** The renamer of a schema from or to snake_case; null where it declares no key that differs. */
export function renamerOf(schema: z.ZodType, direction: "toHost" | "toGuest"): Renamer | null {
  const known = cache[direction].get(schema);
  if (known !== undefined) return known;
  // A schema that contains itself meets this entry and stops there.
  cache[direction].set(schema, null);
  const renamer = compile(schema, direction);
  cache[direction].set(schema, renamer);
  return renamer;
}

/** The inside of zod's schemas that matters here (zod 4, `_zod.def`). */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly out?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
}

function compile(schema: z.ZodType, direction: "toHost" | "toGuest"): Renamer | null {
  const definition = schema._zod.def as Definition;
  const { shape, innerType, element, valueType, out, options, left, right } = definition;
  if (shape !== undefined) return objectRenamer(shape, direction);
  const inner = innerType ?? out;
  if (inner !== undefined) return renamerOf(inner, direction);
  if (element !== undefined) {
    const item = renamerOf(element, direction);
    return item && ((value) => (Array.isArray(value) ? value.map(item) : value));
  }
  if (valueType !== undefined) {
    const item = renamerOf(valueType, direction);
    return item && ((value) => (isValueMap(value) ? mapValues(value, item) : value));
  }
  const parts = (options ?? [left, right]).filter((part) => part !== undefined);
  const renamers = parts.map((part) => renamerOf(part, direction)).filter((renamer) => renamer !== null);
  if (renamers.length === 0) return null;
  return (value) => renamers.reduce((current, renamer) => renamer(current), value);
}

function objectRenamer(shape: Readonly<Record<string, z.ZodType>>, direction: "toHost" | "toGuest"): Renamer | null {
  const keys = new Map<string, { readonly to: string; readonly inner: Renamer | null }>();
  for (const [name, schema] of Object.entries(shape)) {
    const guest = guestName(name, "snake");
    const inner = renamerOf(schema, direction);
    const [from, to] = direction === "toHost" ? [guest, name] : [name, guest];
    if (from !== to || inner !== null) keys.set(from, { to, inner });
  }
  if (keys.size === 0) return null;
  return (value) => {
    if (!isValueMap(value)) return value;
    const renamed: Record<string, Value> = Object.create(null);
    for (const key of Object.keys(value)) {
      const item = value[key] ?? null;
      const found = keys.get(key);
      renamed[found?.to ?? key] = found?.inner ? found.inner(item) : item;
    }
    return renamed;
  };
}

function mapValues(map: Readonly<Record<string, Value>>, item: Renamer): Value {
  const result: Record<string, Value> = Object.create(null);
  for (const key of Object.keys(map)) result[key] = item(map[key] ?? null);
  return result;
}
