import { describe, expect, test } from "bun:test";
import { readPartialJson } from "../../../../src/bridges/llm/object/complete-json.ts";
import { findValues } from "../../../../src/bridges/llm/object/extract.ts";
import { readXml } from "../../../../src/bridges/llm/object/read-xml.ts";
import type { Value } from "../../../../src/contract/value.ts";

const plain = (value: Value | undefined) =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);

describe("the beginning of a JSON text", () => {
  test.each([
    ["", undefined],
    ["Sure: ", undefined],
    ["{", {}],
    ['{"na', {}],
    ['{"name"', {}],
    ['{"name":', {}],
    ['{"name": "A', { name: "A" }],
    ['{"name": "A\\', { name: "A" }],
    ['{"name": "A\\\\', { name: "A\\" }],
    ['{"name": "A\\u00e', { name: "A" }],
    ['{"name": "A\\u00e4', { name: "Aä" }],
    ['{"name": "Ada", "age": 1', { name: "Ada" }],
    ['{"name": "Ada", "age": 14,', { name: "Ada", age: 14 }],
    ['{"ok": tru', {}],
    ['{"ok": true}', { ok: true }],
    ['Here: [1, 2, {"a": [', [1, 2, { a: [] }]],
    ['[{"a": 1}, {"b', [{ a: 1 }, {}]],
    ['```json\n{"a": {"b": "c"}}\n``` and {', { a: { b: "c" } }],
    ["[1}", undefined],
  ] as [string, unknown][])("%j", (text, value) => {
    expect(plain(readPartialJson(text))).toEqual(value);
  });

  test("each beginning of a text says no more than the whole", () => {
    const whole = '{"a": [1, -2.5, true, null, "x\\"y\\n"], "b": {"c": {}, "d": "e, {"}, "f": []}';
    for (let length = 0; length <= whole.length; length++) {
      const part = readPartialJson(whole.slice(0, length));
      if (length > 0) expect(part).toBeDefined();
    }
    expect(plain(readPartialJson(whole))).toEqual(JSON.parse(whole));
  });
});

describe("XML", () => {
  test.each([
    ["Look: <a><b>1</b><b>2</b><c x='y'>t</c></a> done", { b: ["1", "2"], c: { x: "y" } }],
    ["<?xml version='1.0'?><!-- no --><a><b/><c><![CDATA[<x>]]></c></a>", { b: "", c: "<x>" }],
    ["<a>x &lt; y &#65;&#x42; &no;</a>", "x < y AB &no;"],
    ["<a><b></a>", undefined],
    ["<a><b>", undefined],
    ["a < b", undefined],
    ["<a>".repeat(100), undefined],
  ] as [string, unknown][])("%#", (text, value) => {
    expect(plain(readXml(text))).toEqual(value);
  });
});

// What a hostile model may answer: each of these takes parsers without bounds longer than anybody waits.
test.each([
  "`".repeat(300_000),
  "```\n".repeat(50_000),
  "[".repeat(200_000),
  '{"'.repeat(60_000),
  `${'"'.repeat(120_000)}{`,
  "<a>".repeat(100_000),
  "<a b='".repeat(30_000),
  `{"a":"${"\\".repeat(120_000)}`,
  "[,".repeat(8000),
  `{${"/*".repeat(60_000)}`,
  "a: [".repeat(4000),
  "&a ".repeat(20_000),
  "{\n".repeat(30_000),
  "```json\n{a:{a:{a:\n```\n".repeat(5000),
  "a: &a [x]\nb: [*a, *a]\n".repeat(500),
])("a hostile answer is read to its end: %#", async (text) => {
  for (const format of ["json", "yaml", "xml"] as const) {
    let count = 0;
    for await (const found of findValues(text, format, true)) count += found.repaired ? 1 : 0;
    expect(count).toBeLessThan(20);
  }
  readPartialJson(text);
});
