/** A JSON Schema as an object; `true` is `{}`. */
export type Schema = Readonly<Record<string, unknown>>;

/** A schema that the mock cannot satisfy on the way that it took. */
export class Unsatisfiable extends Error {}

/** One step of a reference chain may not go on for ever. */
const MAX_REFERENCES = 64;

/** A schema as an object. `false`, which nothing satisfies, throws {@link Unsatisfiable}. */
export function asSchema(schema: unknown): Schema {
  if (schema === false) throw new Unsatisfiable("the schema false");
  return typeof schema === "object" && schema !== null && !Array.isArray(schema) ? (schema as Schema) : {};
}

/** The schema without `$ref` and `allOf`, and with the condition of `if` taken as met. Choices (`anyOf`, `oneOf`) stay. */
export function flatten(schema: Schema, root: Schema, depth = 0): Schema {
  if (depth > MAX_REFERENCES) throw new Unsatisfiable("references without end");
  const { $ref, $dynamicRef, allOf, if: condition, then: consequence, ...own } = schema;
  let result: Schema = own;
  const also: unknown[] = Array.isArray(allOf) ? [...(allOf as unknown[])] : [];
  const reference = $ref ?? $dynamicRef;
  if (typeof reference === "string") also.unshift(resolveReference(reference, root));
  if (condition !== undefined && condition !== false) also.push(condition, consequence ?? true);
  for (const part of also) result = merge(result, flatten(asSchema(part), root, depth + 1));
  return result;
}

/** A schema that allows only what both allow, for the keywords that the mock fills by. */
export function merge(a: Schema, b: Schema): Schema {
  const result: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    result[key] = key in result ? mergeKeyword(key, result[key], value) : value;
  }
  return result;
}

const UPPER = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);
const LOWER = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"]);
const BY_NAME = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
const SUBSCHEMAS = new Set(["items", "additionalProperties", "contains", "propertyNames", "unevaluatedProperties"]);

function mergeKeyword(key: string, a: unknown, b: unknown): unknown {
  if (UPPER.has(key)) return Math.min(Number(a), Number(b));
  if (LOWER.has(key)) return Math.max(Number(a), Number(b));
  if (key === "required") return [...new Set([...(a as unknown[]), ...(b as unknown[])])];
  if (key === "enum") return intersection(a as unknown[], b as unknown[]);
  if (key === "type") return commonTypes(a, b);
  if (key === "multipleOf") return leastCommonMultiple(Number(a), Number(b));
  if (BY_NAME.has(key)) {
    const result: Record<string, unknown> = { ...(a as Schema) };
    for (const [name, schema] of Object.entries(b as Schema)) {
      result[name] = name in result ? both(result[name], schema) : schema;
    }
    return result;
  }
  if (SUBSCHEMAS.has(key)) return both(a, b);
  // Two choices: the second is kept for the branch that is taken of the first.
  if (key === "anyOf" || key === "oneOf") {
    return (a as unknown[]).map((branch) => both(branch, { [key]: b }));
  }
  return b;
}

function both(a: unknown, b: unknown): unknown {
  if (a === true) return b;
  if (b === true) return a;
  return a === false || b === false ? false : { allOf: [a, b] };
}

function intersection(a: readonly unknown[], b: readonly unknown[]): unknown[] {
  const texts = new Set(b.map((item) => JSON.stringify(item)));
  const common = a.filter((item) => texts.has(JSON.stringify(item)));
  if (common.length === 0) throw new Unsatisfiable("enums without a common value");
  return common;
}

function commonTypes(a: unknown, b: unknown): string[] {
  const first = [a].flat() as string[];
  const second = [b].flat() as string[];
  const common = first.filter((type) => second.includes(type) || (type === "integer" && second.includes("number")));
  if (second.includes("integer") && first.includes("number")) common.push("integer");
  if (common.length === 0) throw new Unsatisfiable("types without a common one");
  return common;
}

function leastCommonMultiple(a: number, b: number): number {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return Math.max(a, b);
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** `#`, `#/a/b` (JSON Pointer), `#name` ($anchor) and the `$id` of a definition. */
function resolveReference(reference: string, root: Schema): unknown {
  if (reference === "#" || reference === root["$id"]) return root;
  if (reference.startsWith("#/")) {
    let current: unknown = root;
    for (const step of reference.slice(2).split("/")) {
      const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
      current = (current as Record<string, unknown> | undefined)?.[name];
    }
    if (current !== undefined) return current;
  } else {
    const definitions = { ...(root["definitions"] as Schema), ...(root["$defs"] as Schema) };
    for (const definition of Object.values(definitions)) {
      const { $anchor, $dynamicAnchor, $id } = asSchema(definition);
      if (reference === $id || reference === `#${String($anchor ?? $dynamicAnchor)}`) return definition;
    }
  }
  throw new Unsatisfiable(`the reference ${reference}`);
}
