import { describe, expect, test } from "bun:test";
import { compileSchema } from "../../../../src/bridges/schema/index.ts";
import { schema } from "../../../../src/bridges/schema.ts";
import {
  ErrorValue,
  Float,
  FunctionHandle,
  INT64_MAX,
  Time,
  type Value,
  type ValueMap,
} from "../../../../src/contract/value.ts";
import { callFunction } from "../bridges.ts";
import { faultOf } from "../granted.ts";

const call = (name: string, args: Readonly<Record<string, unknown>>) => callFunction(schema, name, args);

/** `path message` of all that is wrong. */
async function wrong(given: Value, value: Value, options?: object): Promise<string[]> {
  const { errors } = (await call("validate", { schema: given, value, options })) as unknown as {
    errors: { path: string; message: string }[];
  };
  return errors.map(({ path, message }) => `${path}: ${message}`);
}

describe("schema.validate", () => {
  test.each([
    ["int", new Float(3), []],
    ["int", 1.5, [": must be an integer, not 1.5"]],
    ["int", INT64_MAX, []],
    [{ type: "integer", maximum: 5 }, INT64_MAX, [": must be at most 5, and is 9223372036854775807"]],
    ["number", Number.NaN, [": must be a number, not NaN"]],
    ["string", new Uint8Array([1]), []],
    ["datetime", new Time(0, 0), []],
    ["any", new FunctionHandle(1), []],
    ["object", new FunctionHandle(1), [": must be an object, not a function or handle"]],
    [{ code: "string", message: "string", details: "any" }, new ErrorValue("a", "b"), []],
    ["array", {}, [": must be an array, not an empty object (in Lua, json.array{} is an empty array)"]],
    [{ const: 1 }, new Float(1), []],
    [{ enum: [{ a: 1, b: [2] }] }, { b: [new Float(2)], a: 1 }, []],
    [{ uniqueItems: true }, [1, "1", new Float(1)], ["[2]: is the same as item 0"]],
    [{ multipleOf: 0.1, type: "number" }, 0.3, []],
    [{ type: "string", maxLength: 1 }, "😀", []],
    [{ propertyNames: { maxLength: 1 } }, { "a b": 1 }, ['["a b"]: has a name that is not allowed']],
    [{ type: "object", required: {} }, {}, []],
    [{ a: "int" }, { a: 1, b: 2 }, ["b: is not expected"]],
    ["email", "nobody", [': must be of the form email, and is "nobody"']],
  ] as [Value, Value, string[]][])("%#", async (given, value, errors) => {
    expect(await wrong(given, value)).toEqual(errors);
  });

  test("formats may be notes, and references may lead to what is given", async () => {
    expect(await wrong("email", "nobody", { formats: false })).toEqual([]);
    const given = { $ref: "https://example.com/bird" };
    const schemas = { "https://example.com/bird": { type: "string" } };
    expect(await wrong(given, 1, { schemas })).toEqual([": must be a string, not a number"]);
    expect(await faultOf(call("validate", { schema: given, value: 1 }))).toContain(
      "leads nowhere: nothing is ever fetched",
    );
  });

  test("of several alternatives, tells of the one that was meant", async () => {
    const given = { anyOf: [{ type: "string" }, { type: "object", properties: { a: { type: "integer" } } }] };
    expect(await wrong(given, { a: "x" })).toEqual([
      ": fits none of 2 alternatives",
      "a: must be an integer, not a string",
    ]);
    expect(await wrong({ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3)).toEqual([
      ": fits the alternatives 0 and 1, and must fit one only",
    ]);
  });

  test.each([
    [{ type: "strin" }, 'type: there is no type "strin"; did you mean "string"?'],
    [{ properties: { age: { minimum: "1" } } }, "properties.age.minimum: must be a number, not a string"],
    [
      { $defs: { "a/b": { items: [{}] } } },
      '$defs["a/b"].items: must be a schema, not a list of them: since 2020-12 that is prefixItems',
    ],
    [{ allOf: [] }, "allOf: needs at least one schema"],
    [{ anyOf: [{ pattern: "(", type: "string" }] }, 'anyOf[0].pattern: "(" is no regular expression: a ( has no )'],
    [{ $ref: "#/$defs/none" }, '$ref: "#/$defs/none" leads nowhere: nothing is ever fetched'],
    [{ required: ["a", 1] }, "required[1]: must be a string, not a number"],
    [{ type: "object", properties: { a: 3 } }, "properties.a: a schema must be an object or a boolean, not a number"],
    [{ a: "int", b: { c: "itn" } }, 'b.c: there is no type "itn"; did you mean "int"?'],
    [{ a: "int|wren" }, 'a: "int|wren" mixes types and values: "wren" is no type'],
    [{ a: "a|b[]" }, "a: write (a|b)[] or a[]|b[]"],
    [{ a: "bool(1..2)" }, 'a: "bool(1..2)" has no bounds such as 1..80'],
  ] as [Value, string][])("a schema that is wrong names its place: %#", async (given, why) => {
    expect(await faultOf(call("validate", { schema: given, value: {} }))).toStartWith(
      `schema.invalid: The schema is wrong at ${why}`,
    );
  });
});

test("errors stand in the order of their paths, items by number", async () => {
  const value = { b: Array.from({ length: 12 }, (_, index) => (index % 5 === 0 ? "x" : index)), a: 1 };
  expect(await wrong({ b: "int[]", a: "string", "9": "int?" }, { "9": "y", ...value })).toEqual(
    ["9", "a", "b[0]", "b[5]", "b[10]"].map(
      (path) =>
        `${path === "9" ? '["9"]' : path}: ${path === "a" ? "must be a string, not a number" : "must be an integer, not a string"}`,
    ),
  );
});

test("a schema is made once as long as it is in use, and by its text", () => {
  const of = (description: string, formats = true) => compileSchema({ type: "string", description }, { formats });
  const first = of("first");
  expect(of("first")).toBe(first);
  expect(of("first", false)).not.toBe(first);
  for (let index = 0; index < 40; index++) of(`${index}${"x".repeat(4000)}`);
  expect(of("first")).not.toBe(first);
});

test("schema.check gives the value back, or says what is wrong", async () => {
  expect(await call("check", { schema: { a: "number" }, value: { a: new Float(1) } })).toEqual({ a: new Float(1) });
  expect(await faultOf(call("check", { schema: [{ a: "int" }], value: [{}, { a: "x" }, { a: 1, b: 1 }, 5, {}] }))).toBe(
    "schema.mismatch: [0].a is missing; [1].a must be an integer, not a string; [2].b is not expected; and 2 more",
  );
});

describe("schema.of", () => {
  const object = (properties: ValueMap, required: string[]) => ({
    type: "object",
    properties,
    required,
    additionalProperties: false,
  });

  test.each([
    ["int(1..5)", { type: "integer", minimum: 1, maximum: 5 }],
    ["string(3)", { type: "string", minLength: 3, maxLength: 3 }],
    ["array(..3)", { type: "array", maxItems: 3 }],
    ["int[][]", { type: "array", items: { type: "array", items: { type: "integer" } } }],
    ["a|b|null", { enum: ["a", "b", null] }],
    ["date|null", { anyOf: [{ type: "string", format: "date" }, { type: "null" }] }],
    ["url # where it is", { type: "string", format: "uri", description: "where it is" }],
    [
      { a: "int?", b: { c: "text" } },
      object({ a: { type: "integer" }, b: object({ c: { type: "string" } }, ["c"]) }, ["b"]),
    ],
    [
      { title: "string", description: "string" },
      object({ title: { type: "string" }, description: { type: "string" } }, ["title", "description"]),
    ],
    [
      { type: "string", minLength: 1 },
      { type: "string", minLength: 1 },
    ],
    [{ type: "cat|dog" }, object({ type: { enum: ["cat", "dog"] } }, ["type"])],
    [{ format: "email" }, { format: "email" }],
    [{}, {}],
    [true, true],
  ] as [Value, Value][])("%#", async (short, made) => {
    expect(JSON.parse(JSON.stringify(await call("of", { short })))).toEqual(made);
  });
});

describe("builders", () => {
  test("give JSON Schema", async () => {
    const optional = await call("optional", { schema: "date" });
    const made = await call("object", {
      properties: {
        id: await call("integer", { options: { min: 1 } }),
        born: optional,
        kind: await call("enum", { values: ["owl", "wren"], options: { default: "owl" } }),
        place: await call("tuple", {
          items: ["number", await call("number", { options: { max: 90, multipleOf: 0.5 } })],
        }),
        notes: await call("record", { values: await call("union", { schemas: ["int", "string"] }) }),
        of: await call("nullable", { schema: await call("literal", { value: 3 }) }),
        ok: await call("describe", { schema: await call("boolean", {}), description: "is it" }),
        rest: await call("any", {}),
        list: await call("array", {
          items: await call("string", { options: { max: 3, format: "email" } }),
          options: { min: 1 },
        }),
      },
      options: { extra: "int", description: "A bird" },
    });
    expect(JSON.parse(JSON.stringify(made))).toEqual({
      type: "object",
      properties: {
        id: { type: "integer", minimum: 1 },
        born: { type: "string", format: "date" },
        kind: { enum: ["owl", "wren"], default: "owl" },
        place: {
          type: "array",
          prefixItems: [{ type: "number" }, { type: "number", maximum: 90, multipleOf: 0.5 }],
          minItems: 2,
          maxItems: 2,
        },
        notes: { type: "object", additionalProperties: { anyOf: [{ type: "integer" }, { type: "string" }] } },
        of: { anyOf: [{ const: 3 }, { type: "null" }] },
        ok: { type: "boolean", description: "is it" },
        rest: {},
        list: { type: "array", items: { type: "string", maxLength: 3, format: "email" }, minItems: 1 },
      },
      required: ["id", "kind", "place", "notes", "of", "ok", "rest", "list"],
      additionalProperties: { type: "integer" },
      description: "A bird",
    });
  });
});

test("what is described or may be null may still be missing", async () => {
  const optional = await call("optional", { schema: "int" });
  const a = await call("describe", { schema: optional, description: "how many" });
  const b = await call("nullable", { schema: optional });
  const made = await call("object", { properties: { a, b, c: "int" } });
  expect(JSON.parse(JSON.stringify(made))).toMatchObject({
    properties: { a: { type: "integer", description: "how many" }, b: { type: ["integer", "null"] } },
    required: ["c"],
  });
});

describe("schema.coerce", () => {
  test("changes what loses nothing, and says what", async () => {
    const given = {
      n: "int",
      b: "bool",
      l: "string[]",
      k: "Owl|Tawny owl",
      o: "int?",
      d: { q: "int" },
      s: "string",
      e: "array",
    };
    const value = { n: " 3.0 ", b: "off", l: "one", k: "tawny-owl", o: null, d: '{"q":"7"}', s: 5, e: {}, zz: 1 };
    const made = (await call("coerce", { schema: given, value, options: { removeUnknown: true } })) as ValueMap;
    expect(made["valid"]).toBe(true);
    expect({ ...(made["value"] as ValueMap) }).toEqual({
      n: 3,
      b: false,
      l: ["one"],
      k: "Tawny owl",
      d: { q: 7 },
      s: "5",
      e: [],
    });
    const paths = (made["changes"] as unknown as { path: string }[]).map(({ path }) => path);
    expect(paths).toEqual(["b", "d", "d.q", "e", "k", "l", "n", "o", "s", "zz"]);
  });

  test("leaves what fits one of several as it is, and what cannot be changed", async () => {
    const made = (await call("coerce", {
      schema: { a: "int|string", b: "int", c: "int" },
      value: { a: "3", b: "3.5", c: "9".repeat(30) },
    })) as ValueMap;
    expect({ ...(made["value"] as ValueMap) }).toEqual({ a: "3", b: "3.5", c: "9".repeat(30) });
    expect(made["changes"]).toEqual([]);
    expect(made["errors"]).toHaveLength(2);
  });

  test("fits alternatives, references and defaults", async () => {
    const given = {
      $defs: { n: { type: "integer" } },
      properties: { a: { anyOf: [{ type: "null" }, { $ref: "#/$defs/n" }] }, b: { default: "4", $ref: "#/$defs/n" } },
    };
    const made = (await call("coerce", { schema: given, value: { a: "3" }, options: { defaults: true } })) as ValueMap;
    expect({ ...(made["value"] as ValueMap) }).toEqual({ a: 3, b: 4 });
  });
});

test("schema.defaults fills in what is missing, at all depths", async () => {
  const given = {
    type: "object",
    properties: { a: { type: "integer", default: 3 }, b: { default: {}, properties: { c: { default: [1] } } } },
    allOf: [{ properties: { l: { items: { properties: { x: { default: 0 } } } } } }],
  };
  const filled = await call("defaults", { schema: given, value: { a: 1, l: [{}, { x: 2 }] } });
  expect(JSON.parse(JSON.stringify(filled))).toEqual({ a: 1, l: [{ x: 0 }, { x: 2 }], b: { c: [1] } });
  expect(await call("defaults", { schema: { default: 5 } })).toBe(5);
});

test("schema.infer makes a schema that all examples fit", async () => {
  const examples: Value[] = [
    { id: 1, born: "1999-01-31", size: 1, tags: ["a"], kind: "owl", who: null },
    { id: 2, born: "2001-12-01", size: 1.5, tags: [], kind: "wren", who: "x" },
    { id: 3, born: "2001-12-02", size: new Float(2), tags: ["b"], kind: "owl", more: { x: true } },
    { id: 4, born: "2001-12-03", size: 2, tags: ["b"], kind: "wren" },
  ];
  const made = await call("infer", { examples, options: { enums: 2 } });
  expect(JSON.parse(JSON.stringify(made))).toEqual({
    type: "object",
    properties: {
      id: { type: "integer" },
      born: { type: "string", format: "date" },
      size: { type: "number" },
      tags: { type: "array", items: { type: "string" } },
      kind: { enum: ["owl", "wren"] },
      who: { type: ["null", "string"] },
      more: { type: "object", properties: { x: { type: "boolean" } }, required: ["x"] },
    },
    required: ["id", "born", "size", "tags", "kind"],
  });
  for (const example of examples) expect(await wrong(made, example)).toEqual([]);
});
