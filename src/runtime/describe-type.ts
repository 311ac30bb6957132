import { formatBytes } from "../contract/quantity.ts";
import { docOf, isOptional, partsOf, type SchemaParts } from "../contract/schema-parts.ts";
import { kindOf, type Schema } from "../contract/schema.ts";
import type { Notation } from "./notation.ts";

/** One parameter, option or field of an answer, as documentation shows it. */
export interface FieldDoc {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  /** Its value where none is given, as JSON. */
  readonly default?: string;
  readonly doc: string;
  /** What is inside of it, where that is a map (or a list of maps) with known keys. */
  readonly fields: readonly FieldDoc[];
}

/** Describes a schema under a name, all in the names of a language. */
export function describeField(canonical: string, schema: Schema, notation: Notation): FieldDoc {
  const fallback = defaultOf(schema);
  return {
    name: notation.name(canonical),
    type: typeName(schema, notation),
    optional: isOptional(schema),
    ...(fallback === undefined ? {} : { default: showDefault(schema, fallback) }),
    doc: inLanguage(docOf(schema), notation),
    fields: fieldsOf(schema, notation),
  };
}

/** The known keys of a map, or of the maps in a list. */
export function fieldsOf(schema: Schema, notation: Notation): readonly FieldDoc[] {
  const { entries, wrapped, item, options = [] } = partsOf(schema);
  if (entries !== undefined)
    return Object.entries(entries).map(([name, field]) => describeField(name, field, notation));
  const inner = wrapped ?? item;
  if (inner !== undefined) return fieldsOf(inner, notation);
  // One of a union's options may be a map with keys of its own; of several, the type itself shows them.
  const withFields = options.map((option) => fieldsOf(option, notation)).filter((fields) => fields.length > 0);
  return withFields.length === 1 ? (withFields[0] ?? []) : [];
}

function defaultOf(schema: Schema): unknown {
  const { wrapped, default: own } = partsOf(schema);
  return own ?? (wrapped === undefined ? undefined : defaultOf(wrapped));
}

/** As JSON, and what is written with a unit with it. */
function showDefault(schema: Schema, value: unknown): string {
  const { wrapped } = partsOf(schema);
  const kind = kindOf(schema);
  if (kind === "size" && typeof value === "number") return formatBytes(value);
  if (kind === "duration") return String(value);
  return wrapped === undefined ? JSON.stringify(value) : showDefault(wrapped, value);
}

/** `{name = …}` in a text is as Lua writes it. */
function inLanguage(doc: string, { colon }: Notation): string {
  return doc.replace(/\{(\w+) = /g, `{$1${colon}`);
}

/** What a value of a schema is called: `string`, `list of string`, `"auto" | "none"`. */
export function typeName(schema: Schema, notation: Notation): string {
  const parts = partsOf(schema);
  const { type, entries, wrapped, item, options, values } = parts;
  const kind = kindOf(schema);
  if (kind !== undefined) return kind;
  if (wrapped !== undefined)
    return `${typeName(wrapped, notation)}${type === "nullable" ? ` | ${notation.nothing}` : ""}`;
  if (type === "number") return numberName(parts);
  if (type === "null") return notation.nothing;
  if (type === "unknown") return "any value";
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (item !== undefined) return `${type === "array" ? "list" : "map"} of ${grouped(typeName(item, notation))}`;
  if (entries !== undefined) return mapName(entries, notation);
  if (options !== undefined) return [...new Set(options.map((option) => typeName(option, notation)))].join(" | ");
  return type;
}

function mapName(entries: Readonly<Record<string, Schema>>, notation: Notation): string {
  const keys = Object.entries(entries).map(([name, field]) => `${notation.name(name)}${isOptional(field) ? "?" : ""}`);
  return keys.length > 6 ? "map" : `{${keys.join(", ")}}`;
}

function grouped(name: string): string {
  return name.includes(" | ") ? `(${name})` : name;
}

/** With its bounds, where they are not those of every such number. */
function numberName({ least = -Infinity, most = Infinity, isInteger }: SchemaParts): string {
  const name = isInteger ? "integer" : "number";
  const low = least <= -BOUNDLESS ? undefined : least;
  const high = most >= BOUNDLESS ? undefined : most;
  if (low === undefined && high === undefined) return name;
  if (high === undefined) return low === 0 ? name : `${name} (from ${low})`;
  return low === undefined ? `${name} (to ${high})` : `${name} (${low} to ${high})`;
}

/** Bounds beyond this are those of the type itself. */
const BOUNDLESS = 8e15;
