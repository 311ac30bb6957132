import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import { isValueMap, type Value, type ValueMap } from "../../contract/value.ts";
import { pathText } from "./validate/place.ts";
import { asJson, kindOf } from "./validate/values.ts";

/** What a word of the short form stands for. */
const WORDS: ReadonlyMap<string, ValueMap> = new Map<string, ValueMap>([
  ["string", { type: "string" }],
  ["text", { type: "string" }],
  ["int", { type: "integer" }],
  ["integer", { type: "integer" }],
  ["number", { type: "number" }],
  ["float", { type: "number" }],
  ["bool", { type: "boolean" }],
  ["boolean", { type: "boolean" }],
  ["null", { type: "null" }],
  ["any", {}],
  ["object", { type: "object" }],
  ["map", { type: "object" }],
  ["array", { type: "array" }],
  ["list", { type: "array" }],
  ["datetime", { type: "string", format: "date-time" }],
  ...["date", "time", "duration", "email", "uuid", "uri", "hostname", "ipv4", "ipv6", "date-time", "regex"].map(
    (format): [string, ValueMap] => [format, { type: "string", format }],
  ),
  ["url", { type: "string", format: "uri" }],
]);

/** Marks what {@link readShort} read of a property that may be missing; the object takes it off. */
export const OPTIONAL = "x-optional";

/** A map with one of these and nothing that is no keyword is a JSON Schema already. */
const TELLING = [
  ...["type", "$ref", "$dynamicRef", "properties", "items", "prefixItems", "anyOf", "oneOf", "allOf", "not", "enum"],
  ...["const", "if", "then", "else", "additionalProperties", "patternProperties", "propertyNames", "required", "$defs"],
  ...["contains", "dependentRequired", "dependentSchemas", "dependencies", "unevaluatedItems", "unevaluatedProperties"],
  ...["contentSchema", "definitions", "$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", OPTIONAL],
];

const KEYWORDS = new Set([
  ...TELLING,
  ...["title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "format"],
  ...["pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  ...["minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties"],
  ...["contentEncoding", "contentMediaType"],
]);

/** Keywords whose value may be a text; another one with a text as its value is the name of a property. */
const WITH_TEXT = new Set(["type", "$ref", "$dynamicRef", "$schema", "$id", "const"]);

/**
 * Whether a map is a JSON Schema rather than the short form of an object's properties: `{type: "string"}` is,
 * `{title: "string", description: "string"}` is not.
 */
function isSchema(map: ValueMap): boolean {
  const keys = Object.keys(map);
  if (keys.length === 0) return true;
  if (!keys.every((key) => KEYWORDS.has(key) || key.startsWith("x-"))) return false;
  if (keys.length === 1 && typeof map["format"] === "string") return map["format"] !== "string";
  return keys.some((key) => {
    const value = asJson(map[key] ?? null);
    return TELLING.includes(key) ? isKeywordValue(key, value) : !isShort(value);
  });
}

/** Whether a value could be the short form of a property. */
function isShort(value: Value): boolean {
  if (typeof value !== "string") return typeof value === "object" && value !== null;
  try {
    readText(value, []);
    return true;
  } catch {
    return false;
  }
}

function isKeywordValue(key: string, value: Value): boolean {
  if (typeof value !== "string") return true;
  return WITH_TEXT.has(key) && (key !== "type" || /^[a-z]+$/i.test(value));
}

/**
 * A JSON Schema from a short form, or from itself: `{name: "string", age: "int?", tags: "string[]", kind: "a|b"}`.
 * Builders' schemas may stand inside. Throws `schema.invalid` with the place.
 */
export function readSchema(given: Value): ValueMap | boolean {
  if (typeof given === "boolean") return given;
  const { [OPTIONAL]: _mark, ...schema } = readShort(given, []);
  return schema;
}

/** As {@link readSchema}, with {@link OPTIONAL} where the property may be missing. */
function readShort(given: Value, path: readonly (string | number)[]): ValueMap {
  const value = asJson(given);
  if (typeof value === "string") return readText(value, path);
  if (Array.isArray(value)) return readList(value as readonly Value[], path);
  if (!isValueMap(value)) throw fault(path, `expected a schema or its short form, not ${kindOf(value)}`);
  return isSchema(value) ? value : objectOf(value, path);
}

/** An object whose properties are short forms or schemas; those that are not optional are required. */
export function objectOf(
  properties: ValueMap,
  path: readonly (string | number)[] = [],
  extra: Value = false,
): ValueMap {
  const read: Record<string, Value> = Object.create(null);
  const required: string[] = [];
  for (const [name, given] of Object.entries(properties)) {
    if (typeof given === "boolean") {
      read[name] = given;
      required.push(name);
      continue;
    }
    const { [OPTIONAL]: optional, ...schema } = readShort(given, [...path, name]);
    read[name] = schema;
    if (optional !== true) required.push(name);
  }
  return { type: "object", properties: read, required, additionalProperties: extra };
}

function readList(list: readonly Value[], path: readonly (string | number)[]): ValueMap {
  const items = list.map((item, index) => readShort(item, [...path, index]));
  const [first] = items;
  if (first === undefined) return { type: "array" };
  if (items.length === 1) return { type: "array", items: first };
  return { type: "array", prefixItems: items, minItems: items.length, maxItems: items.length };
}

/** `int(0..9)?[] # what it is for`. */
function readText(text: string, path: readonly (string | number)[]): ValueMap {
  if (text.length > 10_000) throw fault(path, "the short form is too long");
  const hash = text.search(/\s#/);
  const [form, note] = hash < 0 ? [text.trim(), ""] : [text.slice(0, hash).trim(), text.slice(hash + 2).trim()];
  const optional = form.endsWith("?");
  const schema = readForm(optional ? form.slice(0, -1).trim() : form, path);
  return { ...schema, ...(note !== "" && { description: note }), ...(optional && { [OPTIONAL]: true }) };
}

function readForm(form: string, path: readonly (string | number)[]): ValueMap {
  let inner = form;
  let depth = 0;
  for (; inner.endsWith("[]"); inner = inner.slice(0, -2).trim()) depth++;
  if (depth > 10) throw fault(path, "its arrays nest deeper than 10 levels");
  const group = /^\((.*)\)$/s.exec(inner);
  // `a|b[]` is not one of a or of b's lists.
  if (depth > 0 && group === null && inner.includes("|"))
    throw fault(path, `write (${inner})[] or ${inner.replaceAll("|", "[]|")}[]`);
  let schema = readChoice(group?.[1] ?? inner, path);
  for (; depth > 0; depth--) schema = { type: "array", items: schema };
  return schema;
}

function readChoice(form: string, path: readonly (string | number)[]): ValueMap {
  const parts = form.split("|").map((part) => part.trim());
  if (parts.length === 1) return readWord(form, path);
  const types = parts.filter((part) => part !== "null" && isForm(part));
  if (types.length === 0) return { enum: parts.map((part) => (part === "null" ? null : part)) };
  const odd = parts.find((part) => part !== "null" && !isForm(part));
  if (odd !== undefined) {
    throw fault(path, `${JSON.stringify(form)} mixes types and values: ${JSON.stringify(odd)} is no type${meant(odd)}`);
  }
  const schemas = parts.map((part) => readForm(part, path));
  const plain = schemas.map(({ type, ...rest }) => (Object.keys(rest).length === 0 ? type : undefined));
  return plain.every((type) => type !== undefined) ? { type: plain } : { anyOf: schemas };
}

function isForm(part: string): boolean {
  return WORDS.has(part.replace(/(?:\(.*\)|(?:\[\])+)+$/s, ""));
}

/** `int`, `string(1..80)`, `number(0..)`. */
function readWord(word: string, path: readonly (string | number)[]): ValueMap {
  const [, name = "", bounds] = /^([^()]*)(?:\(([^()]*)\))?$/s.exec(word) ?? [];
  const schema = WORDS.get(name);
  if (schema === undefined)
    throw fault(path, `there is no type ${JSON.stringify(name === "" ? word : name)}${meant(name)}`);
  return bounds === undefined ? { ...schema } : { ...schema, ...readBounds(bounds, schema["type"], word, path) };
}

const NUMBER = String.raw`-?\d{1,15}(?:\.\d{1,15})?`;
const BOUNDS = new RegExp(`^\\s*(${NUMBER})?\\s*(\\.\\.)?\\s*(${NUMBER})?\\s*$`);
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  string: ["minLength", "maxLength"],
  integer: ["minimum", "maximum"],
  number: ["minimum", "maximum"],
  array: ["minItems", "maxItems"],
};

function readBounds(text: string, type: Value | undefined, word: string, path: readonly (string | number)[]): ValueMap {
  const found = BOUNDS.exec(text);
  const names = typeof type === "string" ? NAMES[type] : undefined;
  if (
    found === null ||
    names === undefined ||
    (found[1] ?? found[3]) === undefined ||
    (found[2] === undefined && found[3] !== undefined)
  ) {
    throw fault(path, `${JSON.stringify(word)} has no bounds such as 1..80`);
  }
  const least = found[1] === undefined ? undefined : Number(found[1]);
  const most = found[2] === undefined ? least : found[3] === undefined ? undefined : Number(found[3]);
  return { ...(least !== undefined && { [names[0]]: least }), ...(most !== undefined && { [names[1]]: most }) };
}

function meant(word: string): string {
  const near = nearest(word, WORDS.keys());
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

function fault(path: readonly (string | number)[], message: string): SpellError {
  const where = path.length === 0 ? "The schema is wrong" : `The schema is wrong at ${pathText(path)}`;
  return new SpellError("schema.invalid", `${where}: ${message}`, { details: { path: pathText(path) } });
}
