import { describe, expect, test } from "bun:test";
import { compileSchema } from "../../../../src/bridges/schema/index.ts";
import { schema } from "../../../../src/bridges/schema.ts";
import type { Value, ValueMap } from "../../../../src/contract/value.ts";
import { callFunction, codeOf } from "../bridges.ts";

/** `a0: allOf [a1, a1]`, `a1: allOf [a2, a2]`, …: twice the work a level. */
function doubling(levels: number, keyword = "allOf"): ValueMap {
  const defs = Object.fromEntries(
    Array.from({ length: levels }, (_, index) => {
      const next = { $ref: `#/$defs/a${index + 1}` };
      return [`a${index}`, { [keyword]: [next, next] }];
    }),
  );
  return { $defs: { ...defs, [`a${levels}`]: { type: "string" } }, $ref: "#/$defs/a0" };
}

function nested(depth: number, keyword: string): ValueMap {
  let inner: Value = { type: "string" };
  for (let level = 0; level < depth; level++) inner = { [keyword]: keyword === "allOf" ? [inner] : inner };
  return inner as ValueMap;
}

const TOO_COMPLEX: Readonly<Record<string, readonly [Value, Value]>> = {
  "a reference to itself": [{ $ref: "#" }, 1],
  "references in a circle": [{ $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" }, 1],
  "a dynamic reference to itself": [{ $dynamicAnchor: "x", $dynamicRef: "#x" }, 1],
  "references that double, all of": [doubling(60), "x"],
  "references that double, any of": [doubling(60, "anyOf"), 1],
  "references that double, one of": [doubling(60, "oneOf"), "x"],
  "a pattern that looks ahead everywhere": [
    { type: "string", pattern: "(?:(?=(?:a|b)*c)(?:a|b))*d" },
    "ab".repeat(100_000),
  ],
  "a large pattern on a large text": [{ type: "string", pattern: "(?:a?){4000}b" }, "a".repeat(1_000_000)],
  "patterns for each of many names": [
    { patternProperties: Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`^x{${index}}$`, true])) },
    Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`key ${index}`, 1])),
  ],
  "what is left, with many alternatives": [
    {
      allOf: Array.from({ length: 5000 }, () => ({
        properties: Object.fromEntries([..."abcdefghij"].map((name) => [name, true])),
        additionalProperties: true,
      })),
      unevaluatedProperties: false,
    },
    Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 1])),
  ],
};

describe("a hostile schema ends with an error", () => {
  test.each(Object.entries(TOO_COMPLEX))("%s", async (_name, [given, value]) => {
    expect(await codeOf(callFunction(schema, "validate", { schema: given, value }))).toBe("schema.too-complex");
  });

  test("defaults that make more defaults", async () => {
    const circle = { properties: { a: { $ref: "#", default: {} } } };
    expect(await codeOf(callFunction(schema, "defaults", { schema: circle, value: {} }))).toBe("schema.too-complex");
    for (const name of ["defaults", "coerce"]) {
      expect(await codeOf(callFunction(schema, name, { schema: { $ref: "#" }, value: {} }))).toBe("schema.too-complex");
      expect(await codeOf(callFunction(schema, name, { schema: doubling(60), value: "x" }))).toBe("schema.too-complex");
    }
  });

  test("alternatives that are fitted within each other", async () => {
    const $defs: Record<string, Value> = { a30: { type: "boolean" } };
    for (let level = 0; level < 30; level++) {
      const next = { $ref: `#/$defs/a${level + 1}` };
      $defs[`a${level}`] = { anyOf: [{ allOf: [next] }, { allOf: [next, true] }, next] };
    }
    const inner = { $defs, $ref: "#/$defs/a0" };
    expect(await codeOf(callFunction(schema, "coerce", { schema: inner, value: "neither" }))).toBe(
      "schema.too-complex",
    );
  });
});

describe("a large schema is checked", () => {
  test("10,000 of all", () => {
    const compiled = compileSchema({ allOf: Array.from({ length: 10_000 }, (_, index) => ({ minimum: -index })) });
    expect(compiled.errorsOf(1)).toEqual([]);
    expect(compiled.errorsOf(-5000)).toHaveLength(50);
  });

  test("a chain of 20,000 references is a circle to nobody's stack", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [
        `a${index}`,
        { properties: { next: { $ref: `#/$defs/a${(index + 1) % 20_000}` } } },
      ]),
    );
    expect(compileSchema({ $defs, $ref: "#/$defs/a0" }).errorsOf({ next: { next: {} } })).toEqual([]);
  });

  test.each(["not", "allOf", "items", "additionalProperties"])("30 levels of %s", (keyword) => {
    expect(compileSchema(nested(30, keyword)).errorsOf("x")).toEqual([]);
  });

  test("many names that are not expected are told in part, at once", () => {
    const properties = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`name_of_property_${index}`, {}]));
    const value = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`name_of_properti_${index}`, 1]));
    expect(compileSchema({ properties, additionalProperties: false }).errorsOf(value)).toHaveLength(50);
  });

  test.each([
    "date-time",
    "email",
    "hostname",
    "uri",
    "uri-template",
    "idn-hostname",
    "iri",
    "duration",
    "regex",
    "ipv6",
  ])("long texts of the form %s", (format) => {
    const compiled = compileSchema({ format });
    for (const text of ["a", "1", "a.", "%", "(", "[", "1:", "ä", "{a}", "a@", "-"]) {
      expect(compiled.errorsOf(text.repeat(2000)).length).toBeLessThan(2);
      expect(compiled.errorsOf(text.repeat(100_000)).length).toBeLessThan(2);
    }
  });
});
