import type { Value } from "../../contract/value.ts";
import { fillNumber } from "./fill-number.ts";
import { fillString } from "./fill-string.ts";
import { asSchema, flatten, merge, type Schema, Unsatisfiable } from "./merge-schema.ts";

/** From this depth on only what is required is filled in, so that recursive schemas come to an end. */
const SHALLOW = 4;

/** Deeper than this no instance is looked for. */
const MAX_DEPTH = 24;

/** No schema gets more items or properties than that. */
const MAX_ITEMS = 1000;

/** Where in the instance a schema stands. */
interface Place {
  readonly root: Schema;
  /** The name of the property, from which texts are made. */
  readonly name: string;
  readonly depth: number;
  /** Which of several values that must differ. */
  readonly variant: number;
}

/**
 * An instance of a JSON Schema (2020-12), always the same one. Objects get all of their properties near the
 * root and only the required ones further down; arrays their least number of items, but one where none is
 * asked for; of choices the first that can be satisfied is taken. Undefined where no instance was found:
 * a schema may demand what rules cannot fulfil (`not`, patterns with look-around), or be none at all.
 */
export function fillSchema(schema: unknown): Value | undefined {
  try {
    return fill(schema, { root: asSchema(schema), name: "value", depth: 0, variant: 0 });
  } catch {
    // Schemas are anyone's: besides what cannot be satisfied, some are none (a pattern that is no expression).
    return undefined;
  }
}

function fill(given: unknown, place: Place): Value {
  if (place.depth > MAX_DEPTH) throw new Unsatisfiable("nesting without end");
  const schema = flatten(asSchema(given), place.root);
  if ("const" in schema) return schema["const"] as Value;
  const choices = schema["enum"];
  if (Array.isArray(choices) && choices.length > 0) return choices[place.variant % choices.length] as Value;
  for (const key of ["anyOf", "oneOf"]) {
    const branches = schema[key];
    if (Array.isArray(branches) && branches.length > 0)
      return fillFirst(branches as unknown[], without(schema, key), place);
  }
  return fillType(schema, place);
}

/** The first branch that can be satisfied. Deep down the shallow ones are tried first: they may end a recursion. */
function fillFirst(branches: readonly unknown[], rest: Schema, place: Place): Value {
  const ordered = place.depth < SHALLOW ? branches : [...branches].sort((a, b) => weight(a) - weight(b));
  for (const branch of ordered) {
    try {
      return fill(merge(rest, flatten(asSchema(branch), place.root)), { ...place, depth: place.depth + 1 });
    } catch (error) {
      if (!(error instanceof Unsatisfiable)) throw error;
    }
  }
  throw new Unsatisfiable("no branch of a choice");
}

function weight(schema: unknown): number {
  const text = JSON.stringify(schema) ?? "";
  return text.includes("$ref") ? text.length + 1e6 : text.length;
}

function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

function fillType(schema: Schema, place: Place): Value {
  switch (typeOf(schema)) {
    case "object":
      return fillObject(schema, place);
    case "array":
      return fillArray(schema, place);
    case "integer":
      return fillNumber(schema, place.variant, true);
    case "number":
      return fillNumber(schema, place.variant, false);
    case "boolean":
      return place.variant % 2 === 0;
    case "null":
      return null;
    default:
      return fillString(schema, place.name, place.variant);
  }
}

const HINTS: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ["object", ["properties", "required", "additionalProperties", "patternProperties", "minProperties"]],
  ["array", ["items", "prefixItems", "minItems", "contains", "uniqueItems"]],
  ["number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]],
];

/** The first type that is not null, or what the keywords speak of. */
function typeOf(schema: Schema): string {
  const types = [schema["type"]].flat().filter((type) => typeof type === "string");
  if (types.length > 0) return types.find((type) => type !== "null") ?? "null";
  return HINTS.find(([, keywords]) => keywords.some((keyword) => keyword in schema))?.[0] ?? "string";
}

function fillObject(schema: Schema, place: Place): Value {
  const properties = (schema["properties"] ?? {}) as Schema;
  const required = new Set((schema["required"] ?? []) as string[]);
  const maximum = Number(schema["maxProperties"] ?? MAX_ITEMS);
  const object: Record<string, Value> = Object.create(null);
  for (const [name, property] of Object.entries(properties)) {
    if (required.has(name)) object[name] = fill(property, inner(place, name));
  }
  for (const name of required) {
    if (!(name in object)) object[name] = fill(schemaOfOther(schema, name), inner(place, name));
  }
  for (const [name, property] of Object.entries(properties)) {
    if (name in object || place.depth >= SHALLOW || Object.keys(object).length >= maximum) continue;
    const value = optional(property, inner(place, name));
    if (value !== undefined) object[name] = value;
  }
  const minimum = Math.min(Number(schema["minProperties"] ?? 0), MAX_ITEMS);
  for (let index = 1; Object.keys(object).length < minimum && index <= MAX_ITEMS; index++) {
    const name = nameOfOther(schema, index);
    if (!(name in object)) object[name] = fill(schemaOfOther(schema, name), inner(place, name));
  }
  return object;
}

function inner(place: Place, name: string): Place {
  return { ...place, name, depth: place.depth + 1, variant: 0 };
}

function optional(schema: unknown, place: Place): Value | undefined {
  try {
    return fill(schema, place);
  } catch (error) {
    if (error instanceof Unsatisfiable) return undefined;
    throw error;
  }
}

/** The schema of a property that `properties` does not name. */
function schemaOfOther(schema: Schema, name: string): unknown {
  const patterns = Object.entries((schema["patternProperties"] ?? {}) as Schema);
  const matching = patterns.filter(([pattern]) => new RegExp(pattern, "u").test(name)).map(([, inner]) => inner);
  if (matching.length > 0) return { allOf: matching };
  return schema["additionalProperties"] ?? schema["unevaluatedProperties"] ?? true;
}

function nameOfOther(schema: Schema, index: number): string {
  const names = schema["propertyNames"];
  if (names !== undefined) return fillString(asSchema(names), "key", index - 1);
  const pattern = Object.keys((schema["patternProperties"] ?? {}) as Schema)[0];
  return pattern === undefined ? `key${index}` : fillString({ pattern }, "key", index - 1);
}

function fillArray(schema: Schema, place: Place): Value {
  const tuple = Array.isArray(schema["prefixItems"]) ? (schema["prefixItems"] as unknown[]) : [];
  const others = schema["items"] ?? true;
  const wanted = "contains" in schema ? Number(schema["minContains"] ?? 1) : 0;
  const maximum = Math.min(Number(schema["maxItems"] ?? MAX_ITEMS), MAX_ITEMS);
  const usual = place.depth < SHALLOW && others !== false ? Math.max(1, tuple.length) : 0;
  const least = Math.max(Number(schema["minItems"] ?? 0), wanted);
  const length = Math.min(Math.max(least, Math.min(usual, maximum)), maximum);
  const items: Value[] = [];
  for (let index = 0; index < length; index++) {
    const own = index < tuple.length ? tuple[index] : others;
    const item = index < wanted ? { allOf: [own, schema["contains"]] } : own;
    const variant = schema["uniqueItems"] === true ? index : 0;
    const at = { ...place, name: place.name.replace(/s$/, ""), depth: place.depth + 1, variant };
    // An item that nobody asked for may be left out, where it cannot be filled.
    const value = index < least ? fill(item, at) : optional(item, at);
    if (value === undefined) break;
    items.push(value);
  }
  return items;
}
