import type { Value, ValueMap } from "../../../contract/value.ts";

/** A schema with an address of its own, and the names that are given to places in it. */
export interface Resource {
  readonly uri: string;
  readonly root: Value;
  /** By `$anchor` and `$dynamicAnchor`. */
  readonly anchors: Map<string, SchemaPlace>;
  /** By `$dynamicAnchor`. */
  readonly dynamicAnchors: Map<string, SchemaPlace>;
  /** Whether its `$schema` has the vocabulary of validation. */
  readonly validates: boolean;
  /** Where it stands in its document. */
  readonly pointer: string;
}

/** A schema within a resource. `pointer` is its place in the document: `#/properties/a`. */
export interface SchemaPlace {
  readonly schema: Value;
  readonly resource: Resource;
  readonly pointer: string;
}

/** Keywords whose value is a schema. */
export const WITH_SCHEMA = [
  ...["additionalProperties", "items", "contains", "propertyNames", "if", "then", "else", "not"],
  ...["unevaluatedItems", "unevaluatedProperties", "contentSchema"],
];

/** Keywords whose value is a list of schemas. */
export const WITH_SCHEMAS = ["allOf", "anyOf", "oneOf", "prefixItems"];

/** Keywords whose value has schemas by name. */
export const WITH_NAMED_SCHEMAS = [
  ...["properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "dependencies"],
];

/** A name as a step of a JSON Pointer. */
export function pointerStep(name: string | number): string {
  return String(name).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The part of an address before `#`, and the part after it; undefined where it is no address. */
export function resolveUri(
  reference: string,
  base: string,
): { readonly uri: string; readonly fragment: string } | undefined {
  const url = URL.parse(reference, base);
  if (url === null) return undefined;
  const hash = url.href.indexOf("#");
  const uri = hash < 0 ? url.href : url.href.slice(0, hash);
  try {
    return { uri, fragment: hash < 0 ? "" : decodeURIComponent(url.href.slice(hash + 1)) };
  } catch {
    return undefined;
  }
}

/** Whether a map has a key of its own with a value. */
export function has(map: ValueMap, key: string): boolean {
  return Object.hasOwn(map, key) && map[key] !== undefined;
}
