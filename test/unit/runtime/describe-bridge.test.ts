import { describe, expect, test } from "bun:test";
import { binary, integer, literal, number, shape, oneOf, record, v, value } from "../../../src/contract/schema.ts";
import { BRIDGES, engineOf } from "../../../src/runtime/catalog.ts";
import { describeBridge, firstSentence } from "../../../src/runtime/describe-bridge.ts";
import { describeField, typeName } from "../../../src/runtime/describe-type.ts";
import { notationOf } from "../../../src/runtime/notation.ts";

const lua = notationOf(engineOf("lua"));
const javascript = notationOf(engineOf("javascript"));

describe("types", () => {
  for (const [schema, name] of [
    [v.string(), "string"],
    [integer(), "integer"],
    [integer(1), "integer (from 1)"],
    [integer(0, 10), "integer (0 to 10)"],
    [number(0, 2), "number (0 to 2)"],
    [v.boolean(), "boolean"],
    [v.null(), "nil"],
    [v.nullable(v.string()), "string | nil"],
    [v.array(v.string()), "list of string"],
    [v.array(v.union([v.string(), v.null()])), "list of (string | nil)"],
    [record(integer()), "map of integer"],
    [oneOf(["a", "b"]), '"a" | "b"'],
    [literal("a"), '"a"'],
    [shape({ maxTokens: integer(), b: v.optional(v.string()) }), "{max_tokens, b?}"],
    [v.union([v.string(), binary()]), "string | bytes"],
    [value(), "any value"],
    [v.optional(v.string(), "x"), "string"],
  ] as const) {
    test(name, () => expect(typeName(schema, lua)).toBe(name));
  }
});

test("a field has its default, its doc, and what is inside of it", () => {
  const schema = v.optional(
    v.pipe(shape({ topP: v.optional(v.pipe(number(), v.description("How many")), 1) }), v.description("Options")),
  );
  expect(describeField("someOptions", schema, lua)).toEqual({
    name: "some_options",
    type: "{top_p?}",
    optional: true,
    doc: "Options",
    fields: [{ name: "top_p", type: "number", optional: true, default: "1", doc: "How many", fields: [] }],
  });
  expect(describeField("someOptions", schema, javascript).fields[0]?.name).toBe("topP");
});

test("every bridge is described in every notation, with a text for each function and parameter", () => {
  for (const bridge of BRIDGES.values()) {
    for (const notation of [lua, javascript]) {
      const doc = describeBridge(bridge, notation);
      expect(firstSentence(doc.doc)).not.toBe("");
      for (const each of [...doc.functions, ...doc.handles.flatMap(({ methods }) => methods)]) {
        expect(each.doc).toEndWith(".");
        expect(JSON.stringify({ ...each, doc: "" })).not.toMatch(/undefined|\[object/);
        for (const parameter of each.parameters)
          if (parameter.fields.length === 0)
            expect([bridge.name, each.name, parameter.name, parameter.doc]).not.toContain("");
      }
    }
  }
});

test("signatures are as the language writes them", () => {
  const signatures = (notation = lua) => {
    const llm = BRIDGES.get("llm");
    if (llm === undefined) throw new Error("no llm");
    const doc = describeBridge(llm, notation);
    return [...doc.functions, ...doc.handles.flatMap(({ methods }) => methods)].map(({ signature }) => signature);
  };
  expect(signatures()).toContain("llm.count_tokens(text, options?)");
  expect(signatures()).toContain("stream:next()");
  expect(signatures(javascript)).toContain("await llm.countTokens(text, options?)");
  expect(signatures(javascript)).toContain("await stream.next()");
});
