import { describe, expect, test } from "bun:test";
import { Validator } from "@cfworker/json-schema";
import { fillSchema } from "../../../../src/providers/mock/fill-schema.ts";

const TREE = {
  $defs: {
    node: {
      type: "object",
      properties: { label: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/node" } } },
      required: ["label", "children"],
    },
  },
  $ref: "#/$defs/node",
};

/** Name → schema; each must be filled with a valid instance. */
const SCHEMAS: Readonly<Record<string, object | boolean>> = {
  "nothing asked": {},
  "the schema true": true,
  "each type": {
    type: "object",
    properties: {
      text: { type: "string" },
      whole: { type: "integer" },
      number: { type: "number" },
      flag: { type: "boolean" },
      nothing: { type: "null" },
      list: { type: "array", items: { type: "string" } },
      map: { type: "object" },
    },
    required: ["text", "whole", "number", "flag", "nothing", "list", "map"],
    additionalProperties: false,
  },
  "a type or null": { type: ["null", "string"], minLength: 2 },
  "an enum": { enum: ["red", "green"] },
  "an enum of maps": { enum: [{ a: 1 }] },
  "a constant": { const: [1, { a: null }] },
  "required without properties": { type: "object", required: ["a", "b"] },
  "required by a pattern": { type: "object", required: ["x-1"], patternProperties: { "^x-": { type: "integer" } } },
  "other properties": { type: "object", required: ["z"], additionalProperties: { type: "boolean" } },
  "at least three properties": { type: "object", minProperties: 3, additionalProperties: { type: "integer" } },
  "names of properties": { type: "object", minProperties: 2, propertyNames: { pattern: "^[a-z]{3}$" } },
  "at most one property": {
    type: "object",
    properties: { a: { type: "string" }, b: { type: "string" } },
    maxProperties: 1,
  },
  "a closed map with a property named __proto__": {
    type: "object",
    properties: JSON.parse('{"__proto__": {"type": "integer"}}') as object,
    additionalProperties: false,
  },
  "lengths of texts": {
    type: "array",
    prefixItems: [
      { type: "string", minLength: 30 },
      { type: "string", maxLength: 2 },
      { type: "string", minLength: 3, maxLength: 3 },
      { type: "string", maxLength: 0 },
    ],
  },
  "limits of numbers": {
    type: "array",
    minItems: 10,
    prefixItems: [
      { type: "integer", minimum: 5 },
      { type: "integer", maximum: -5 },
      { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
      { type: "number", minimum: 0.1, maximum: 0.2 },
      { type: "integer", minimum: 10, multipleOf: 7 },
      { type: "number", multipleOf: 0.5, exclusiveMinimum: 1 },
      { type: "integer", exclusiveMinimum: -3, exclusiveMaximum: -1 },
      { type: "number", exclusiveMaximum: -0.5 },
      { minimum: 3 },
      { type: "integer", minimum: 1.5, maximum: 2.5 },
    ],
  },
  "lengths of lists": { type: "array", items: { type: "integer" }, minItems: 4, maxItems: 6 },
  "different items": { type: "array", items: { type: "integer" }, minItems: 5, uniqueItems: true },
  "different texts": { type: "array", items: { type: "string" }, minItems: 3, uniqueItems: true },
  "different choices": { type: "array", items: { enum: ["a", "b", "c"] }, minItems: 3, uniqueItems: true },
  "an empty list": { type: "array", items: { type: "string" }, maxItems: 0 },
  "a tuple": { type: "array", prefixItems: [{ const: 1 }, { type: "string" }], items: false, minItems: 2 },
  "an item that must be among them": { type: "array", contains: { const: 42 }, minContains: 2 },
  "items that cannot be": { type: "array", items: false },
  formats: {
    type: "object",
    properties: Object.fromEntries(
      "date-time date time duration email hostname ipv4 ipv6 uri uri-reference uuid regex json-pointer"
        .split(" ")
        .map((format) => [format, { type: "string", format }]),
    ),
  },
  patterns: {
    type: "array",
    minItems: 9,
    prefixItems: [
      "^[A-Z]{2}-\\d{4}$",
      "^(foo|bar)+$",
      "^#[0-9a-fA-F]{6}$",
      "^\\+?[0-9 ]{5,}$",
      "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$",
      "colou?r",
      "^v\\d+\\.\\d+\\.\\d+(-[\\w.]+)?$",
      "^(?:a|b)(?<name>c)$",
      "^\\p{Lu}\\u0041\\x41$",
    ].map((pattern) => ({ type: "string", pattern })),
  },
  "a pattern with a length": { type: "string", pattern: "^[a-z]+$", minLength: 12 },
  "all of": {
    allOf: [
      { type: "object", properties: { a: { type: "integer", minimum: 3 } }, required: ["a"] },
      { properties: { a: { maximum: 4 }, b: { const: true } }, required: ["b"] },
    ],
  },
  "any of with a branch that cannot be": { anyOf: [false, { type: "integer", enum: [7] }] },
  "any of beside properties": {
    type: "object",
    properties: { kind: { type: "string" } },
    required: ["kind"],
    anyOf: [{ properties: { kind: { const: "circle" }, radius: { type: "number" } }, required: ["radius"] }],
  },
  "one of": {
    oneOf: [
      { type: "object", properties: { type: { const: "a" } }, required: ["type"] },
      { type: "object", properties: { type: { const: "b" } }, required: ["type"] },
    ],
  },
  "if and then": {
    type: "object",
    properties: { country: { type: "string" } },
    required: ["country"],
    if: { properties: { country: { const: "US" } } },
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own word
    then: { properties: { zip: { type: "string", pattern: "^[0-9]{5}$" } }, required: ["zip"] },
  },
  references: {
    definitions: { name: { type: "string", minLength: 1 } },
    type: "object",
    properties: { first: { $ref: "#/definitions/name" }, last: { $ref: "#/definitions/name", maxLength: 3 } },
    required: ["first", "last"],
  },
  "a reference with escapes": { $defs: { "a/b~c": { const: 1 } }, $ref: "#/$defs/a~1b~0c" },
  "an anchor": { $defs: { x: { $anchor: "here", type: "integer" } }, $ref: "#here" },
  "a tree": TREE,
  "a list that goes on": {
    type: "object",
    properties: { value: { type: "integer" }, next: { anyOf: [{ $ref: "#" }, { type: "null" }] } },
    required: ["value", "next"],
  },
  "itself, optional": { type: "object", properties: { self: { $ref: "#" } } },
};

describe("fillSchema", () => {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    test(name, () => {
      const instance = fillSchema(schema);
      const plain: unknown = instance === undefined ? undefined : JSON.parse(JSON.stringify(instance));
      const { valid, errors } = new Validator(schema, "2020-12", false).validate(plain);
      expect({ plain, errors }).toMatchObject({ errors: [] });
      expect(valid).toBe(true);
      expect(fillSchema(schema)).toEqual(instance);
    });
  }

  for (const [name, schema] of Object.entries({
    "the schema false": false,
    "types that exclude each other": { allOf: [{ type: "string" }, { type: "integer" }] },
    "bounds that cross": { type: "integer", minimum: 3, maximum: 2 },
    "a reference to nowhere": { $ref: "#/$defs/none" },
    "a reference to itself": { $defs: { a: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" },
    "a pattern that is none": { type: "string", pattern: "(" },
    "a required that is none": { type: "object", required: 5 },
    "a required tree without end": {
      type: "object",
      properties: { next: { $ref: "#" } },
      required: ["next"],
    },
  })) {
    test(`finds no instance of ${name}`, () => {
      expect(fillSchema(schema)).toBeUndefined();
    });
  }
});
