import { describe, expect, test } from "bun:test";
import { Validator } from "@cfworker/json-schema";
import { caseJsonSchema, caseText, changedCaseText, readCase, toRegExp } from "../../../src/profile/index.ts";
import { CATALOGUE, faultOf, place } from "./catalogue.ts";

const read = (text: string) => readCase({ file: "tests/polite.yaml", text }, CATALOGUE);

const FAULTS: readonly (readonly [text: string, message: string, at: string])[] = [
  ["exepct: { status: 0 }", 'Unknown key "exepct" at the top level; did you mean "expect"?', "1:1"],
  ["seed: 1\nexpect: { outptu: a }", 'Unknown key "outptu" under expect; did you mean "output"?', "2:11"],
  ["expect: { output: { mach: a } }", 'Unknown key "mach" under expect.output; did you mean "match"?', "1:21"],
  ["expect: { output: 42 }", "expect.output must be text or a map, not 42", "1:19"],
  ["expect: { output: { match: '(' } }", "expect.output.match: is no regular expression", "1:28"],
  ["expect: { status: 300 }", "expect.status must be at most 255, not 300", "1:19"],
  [
    "expect: { calls: [complete] }",
    "expect.calls[0]: must be a call such as llm.complete, or files.* for all of them",
    "1:19",
  ],
  [
    "expect: { calls: { atleast: [a.b] } }",
    'Unknown key "atleast" under expect.calls; did you mean "atLeast"?',
    "1:20",
  ],
  ["expect: { calls: {} }", "expect.calls: must say exactly, atLeast or noneOf", "1:11"],
  ["expect: { usage: { usd: { maxx: 1 } } }", 'Unknown key "maxx" under expect.usage.usd; did you mean "max"?', "1:27"],
  ["expect: {}", "expect: must say what is expected, such as { status: 0 }", "1:1"],
  ["description: nothing", "The case expects nothing, so it could not fail", "1:1"],
  ["mock: []\nrecording: a.jsonl", "The case has both a mock and a recording", "1:1"],
  ["recording: a.jsonl\ntime: 2026-01-01", "The case has a time, but its recording has its own", "2:7"],
  ["model: mock\nexpect: { status: 0 }", "The case has a model, but nothing that is recorded from it", "1:8"],
  ["expect: { status: 0, error: { code: a } }", "The case expects an error and the status 0", "1:1"],
  ["engine: jaavscript\nexpect: { status: 0 }", 'did you mean "javascript"?', "1:9"],
  ["time: yesterday\nexpect: { status: 0 }", "time: must be a time such as 2026-01-01T00:00:00Z", "1:7"],
];

describe("A case's file with a fault names it:", () => {
  for (const [text, message, at] of FAULTS) {
    test(text, async () => {
      const error = await faultOf(() => read(text));
      expect(error.code).toBe("case.invalid");
      expect(error.message).toContain(message);
      expect(place(error)).toBe(`tests/polite.yaml:${at}`);
    });
  }
});

test("A case is named by its file, and knows where its expectations are written", async () => {
  const found = await read("time: 2026-03-01T12:00:00+01:00\nexpect:\n  status: 0\n  result: { a: [1] }\n");
  expect(found).toMatchObject({ name: "polite", time: Date.UTC(2026, 2, 1, 11), input: "", expect: { status: 0 } });
  expect(found.placeOf(["result"])).toMatchObject({ file: "tests/polite.yaml", line: 4 });
  expect((await read("recording: polite.jsonl")).expect).toBeUndefined();
});

test("A pattern is a regular expression with or without slashes", () => {
  expect(toRegExp("^a.c$")?.test("abc")).toBe(true);
  expect(toRegExp("/^b/mi")?.test("a\nB")).toBe(true);
  expect(toRegExp("/[/")).toBeUndefined();
});

test("A changed case keeps its comments and what was not changed", async () => {
  const text = "# about\nmock: []\nexpect:\n  output: a # seen\n  result: { n: 1 }\n";
  const changed = await changedCaseText(text, [
    [["expect", "output"], "two\nlines\n"],
    [["expect", "result"], { n: 2, list: [1.5] }],
  ]);
  expect(changed).toStartWith("# about\nmock: []\nexpect:\n");
  expect(changed).toContain("# seen");
  expect((await read(changed)).expect).toEqual({ output: "two\nlines\n", result: { n: 2, list: [1.5] } });
});

test("A case that is written can be read again, whatever its texts are", async () => {
  const expectation = { status: 1, output: "- a\n# b: {c}\n\n  d\t\u0007\n", result: { equals: { match: "null" } } };
  const text = await caseText({ engine: "lua", input: undefined, parameters: { a: "1", b: 1 }, expect: expectation });
  expect(await read(text)).toMatchObject({ engine: "lua", parameters: { a: "1", b: 1 }, expect: expectation });
});

test("The JSON Schema accepts what the reader accepts, and no unknown key", () => {
  const validator = new Validator(caseJsonSchema(CATALOGUE), "2020-12");
  const good = {
    parameters: { a: 1 },
    mock: ["a"],
    expect: { calls: ["llm.complete", { call: "files.*" }], result: 1 },
  };
  expect(validator.validate(good).valid).toBe(true);
  for (const bad of [{ expect: { outptu: "" } }, { mock: 3 }, { engine: "perl" }, { expect: { calls: "a" } }]) {
    expect(validator.validate(bad).valid).toBe(false);
  }
});
