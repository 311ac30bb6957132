import { formatBytes, formatDuration } from "../contract/quantity.ts";
import { kindOf, type z } from "../contract/schema.ts";
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

/** The inside of zod's schemas that matters here (zod 4, `_zod.def`). */
interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly defaultValue?: unknown;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly out?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, string>>;
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as Definition;
}

/** Describes a schema under a name, all in the names of a language. */
export function describeField(canonical: string, schema: z.ZodType, notation: Notation): FieldDoc {
  const fallback = defaultOf(schema);
  return {
    name: notation.name(canonical),
    type: typeName(schema, notation),
    optional: schema.safeParse(undefined).success,
    ...(fallback === undefined ? {} : { default: showDefault(schema, fallback) }),
    doc: inLanguage(docOf(schema), notation),
    fields: fieldsOf(schema, notation),
  };
}

/** The known keys of a map, or of the maps in a list. */
export function fieldsOf(schema: z.ZodType, notation: Notation): readonly FieldDoc[] {
  const { shape, innerType, out, element, options } = definitionOf(schema);
  if (shape !== undefined) return Object.entries(shape).map(([name, field]) => describeField(name, field, notation));
  const inner = innerType ?? out ?? element;
  if (inner !== undefined) return fieldsOf(inner, notation);
  // One of a union's options may be a map with keys of its own; of several, the type itself shows them.
  const withFields = (options ?? []).map((option) => fieldsOf(option, notation)).filter((fields) => fields.length > 0);
  return withFields.length === 1 ? (withFields[0] ?? []) : [];
}

function docOf(schema: z.ZodType): string {
  const own = schema.meta()?.description;
  if (own !== undefined && !isTypeNote(schema)) return own;
  const { innerType, out } = definitionOf(schema);
  const inner = innerType ?? out;
  return inner === undefined ? "" : docOf(inner);
}

/** The descriptions that contract/schema.ts gives to values without a schema of zod's say what they are. */
function isTypeNote(schema: z.ZodType): boolean {
  return ["any value", "bytes or text", "a function", "a time"].includes(schema.meta()?.description ?? "");
}

function defaultOf(schema: z.ZodType): unknown {
  const { type, innerType, defaultValue } = definitionOf(schema);
  if (type === "default") return defaultValue;
  return innerType === undefined ? undefined : defaultOf(innerType);
}

/** As JSON, and what is written with a unit with it. */
function showDefault(schema: z.ZodType, value: unknown): string {
  const { innerType } = definitionOf(schema);
  const kind = kindOf(schema);
  if (kind === "size") return formatBytes(Number(value));
  if (kind === "duration") return formatDuration(Number(value));
  return innerType === undefined ? JSON.stringify(value) : showDefault(innerType, value);
}

/** `{name = …}` in a text is as Lua writes it. */
function inLanguage(doc: string, { colon }: Notation): string {
  return doc.replace(/\{(\w+) = /g, `{$1${colon}`);
}

const SIMPLE: Readonly<Record<string, string>> = {
  string: "string",
  boolean: "boolean",
  any: "any value",
  unknown: "any value",
};

/** What a value of a schema is called: `string`, `list of string`, `"auto" | "none"`. */
export function typeName(schema: z.ZodType, notation: Notation): string {
  const { type, shape, innerType, out, element, valueType, options, values, entries } = definitionOf(schema);
  const kind = kindOf(schema);
  if (kind !== undefined) return kind;
  if (type === "nullable" && innerType !== undefined) return `${typeName(innerType, notation)} | ${notation.nothing}`;
  if (type === "number") return numberName(schema);
  if (type === "null" || type === "undefined") return notation.nothing;
  if (type === "custom")
    return isTypeNote(schema) ? String(schema.meta()?.description).replace(/^a /, "") : customName(schema);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (entries !== undefined)
    return Object.values(entries)
      .map((entry) => JSON.stringify(entry))
      .join(" | ");
  if (element !== undefined) return `list of ${grouped(typeName(element, notation))}`;
  if (valueType !== undefined) return `map of ${grouped(typeName(valueType, notation))}`;
  if (shape !== undefined) return mapName(shape, notation);
  if (options !== undefined) return [...new Set(options.map((option) => typeName(option, notation)))].join(" | ");
  const inner = innerType ?? out;
  return inner === undefined ? (SIMPLE[type] ?? type) : typeName(inner, notation);
}

function mapName(shape: Readonly<Record<string, z.ZodType>>, notation: Notation): string {
  const keys = Object.entries(shape).map(([name, field]) => {
    return `${notation.name(name)}${field.safeParse(undefined).success ? "?" : ""}`;
  });
  return keys.length > 6 ? "map" : `{${keys.join(", ")}}`;
}

function grouped(name: string): string {
  return name.includes(" | ") ? `(${name})` : name;
}

function customName(schema: z.ZodType): string {
  if (schema.safeParse(new Uint8Array()).success) return schema.safeParse(1).success ? "any value" : "bytes";
  return schema.safeParse({}).success ? "map" : "value";
}

/** With its bounds, where they are not those of every such number. */
function numberName(schema: z.ZodType): string {
  const { minValue, maxValue } = schema as z.ZodNumber;
  const name = definitionOf(schema).format === "safeint" ? "integer" : "number";
  const low = minValue === null || minValue <= -BOUNDLESS ? undefined : minValue;
  const high = maxValue === null || maxValue >= BOUNDLESS ? undefined : maxValue;
  if (low === undefined && high === undefined) return name;
  if (high === undefined) return low === 0 ? name : `${name} (from ${low})`;
  return low === undefined ? `${name} (to ${high})` : `${name} (${low} to ${high})`;
}

/** Bounds beyond this are those of the type itself. */
const BOUNDLESS = 8e15;
