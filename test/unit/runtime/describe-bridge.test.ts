import { describe, expect, test } from "bun:test";
import { integer, number, value, z } from "../../../src/contract/schema.ts";
import { BRIDGES, engineOf } from "../../../src/runtime/catalog.ts";
import { describeBridge, firstSentence } from "../../../src/runtime/describe-bridge.ts";
import { describeField, typeName } from "../../../src/runtime/describe-type.ts";
import { notationOf } from "../../../src/runtime/notation.ts";

const lua = notationOf(engineOf("lua"));
const javascript = notationOf(engineOf("javascript"));

describe("types", () => {
  for (const [schema, name] of [
    [z.string(), "string"],
    [integer(), "integer"],
    [integer(1), "integer (from 1)"],
    [integer(0, 10), "integer (0 to 10)"],
    [number(z.number().min(0).max(2)), "number (0 to 2)"],
    [z.boolean(), "boolean"],
    [z.null(), "nil"],
    [z.string().nullable(), "string | nil"],
    [z.array(z.string()), "list of string"],
    [z.array(z.union([z.string(), z.null()])), "list of (string | nil)"],
    [z.record(z.string(), integer()), "map of integer"],
    [z.enum(["a", "b"]), '"a" | "b"'],
    [z.literal("a"), '"a"'],
    [z.strictObject({ maxTokens: integer(), b: z.string().optional() }), "{max_tokens, b?}"],
    [z.union([z.string(), z.instanceof(Uint8Array)]), "string | bytes"],
    [value(), "any value"],
    [z.string().default("x"), "string"],
  ] as const) {
    test(name, () => expect(typeName(schema, lua)).toBe(name));
  }
});

test("a field has its default, its doc, and what is inside of it", () => {
  const schema = z
    .strictObject({ topP: number().default(1).describe("How many") })
    .optional()
    .describe("Options");
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
