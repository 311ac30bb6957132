import { partsOf } from "../contract/schema-parts.ts";
import type { Schema } from "../contract/schema.ts";
import { isValueMap, type Value } from "../contract/value.ts";
import { guestName } from "./call.ts";

/** Renames the keys that a schema declares and leaves all others, a user's data, alone. */
export type Renamer = (value: Value) => Value;

const cache = { toHost: new WeakMap<object, Renamer | null>(), toGuest: new WeakMap<object, Renamer | null>() };

/** The renamer of a schema from or to snake_case; null where it declares no key that differs. */
export function renamerOf(schema: Schema, direction: "toHost" | "toGuest"): Renamer | null {
  const known = cache[direction].get(schema);
  if (known !== undefined) return known;
  // A schema that contains itself meets this entry and stops there.
  cache[direction].set(schema, null);
  const renamer = compile(schema, direction);
  cache[direction].set(schema, renamer);
  return renamer;
}

function compile(schema: Schema, direction: "toHost" | "toGuest"): Renamer | null {
  const { type, entries, item, wrapped, options = [] } = partsOf(schema);
  if (entries !== undefined) return objectRenamer(entries, direction);
  if (wrapped !== undefined) return renamerOf(wrapped, direction);
  if (item !== undefined) {
    const rename = renamerOf(item, direction);
    if (rename === null) return null;
    if (type === "array") return (value) => (Array.isArray(value) ? value.map(rename) : value);
    return (value) => (isValueMap(value) ? mapValues(value, rename) : value);
  }
  const renamers = options.map((option) => renamerOf(option, direction)).filter((renamer) => renamer !== null);
  if (renamers.length === 0) return null;
  return (value) => renamers.reduce((current, renamer) => renamer(current), value);
}

function objectRenamer(entries: Readonly<Record<string, Schema>>, direction: "toHost" | "toGuest"): Renamer | null {
  const keys = new Map<string, { readonly to: string; readonly inner: Renamer | null }>();
  for (const [name, schema] of Object.entries(entries)) {
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
