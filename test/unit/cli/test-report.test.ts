import { describe, expect, test } from "bun:test";
import { lineDiff } from "../../../src/cli/test/case-reporter.ts";
import { junitXml } from "../../../src/cli/test/junit.ts";
import type { CaseResult, SpellCases } from "../../../src/runtime/cases/index.ts";

describe("the lines of two texts", () => {
  test("say what was expected and what came", () => {
    expect(lineDiff("a\nb\nc", "a\nB\nc\n")).toEqual(["  a", "- b", "+ B", "  c"]);
    expect(lineDiff("", "a")).toEqual(["+ a"]);
  });

  test("leave out what is far from a difference", () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const diff = lineDiff(lines.join("\n"), [...lines, "more"].join("\n"));
    expect(diff).toEqual(["  …", "  line 17", "  line 18", "  line 19", "+ more"]);
  });
});

test("texts that differ all over are compared at once, and shown in part", () => {
  const text = (word: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${word} ${index}\n`).join("");
  const some = lineDiff(text("a", 60), text("b", 60));
  expect(some).toHaveLength(81);
  expect(some.at(-1)).toBe("  … 40 more lines");
  expect(lineDiff(`same\n${text("a", 50_000)}`, `same\n${text("b", 50_000)}`)).toEqual([
    "  line 2",
    "- a 0",
    "+ b 0",
    "  …",
  ]);
});

test("a long line is cut around the place where it differs", () => {
  const [first = "", second = ""] = lineDiff(`${"a".repeat(5000)}b${"c".repeat(5000)}`, `${"a".repeat(5000)}d`);
  expect(first).toMatch(/^- …a{60}bc+…$/);
  expect(second).toMatch(/^\+ …a{60}d$/);
  expect(first.length).toBeLessThan(250);
});

describe("JUnit XML", () => {
  const found = (name: string) =>
    ({ spellCase: { name, file: `tests/${name}.yaml` }, variant: { main: "main.lua" } }) as unknown as CaseResult;
  const good = { ...found("good"), differences: [], milliseconds: 1500 };
  const bad = {
    ...found("bad"),
    differences: [{ path: [], message: 'a "<&>" \u0000', expected: "x", received: "y]]>" }],
    milliseconds: 1,
  };
  const broken = {
    ...found("broken"),
    differences: [],
    broken: { code: "case.recording", message: "none", details: null, stack: [] },
    milliseconds: 0,
  };
  const cases = [good, bad, broken, found("late")];
  const spells: SpellCases[] = [{ name: "a", path: "spells/a&b", folder: "spells/a/tests", cases }];
  const xml = junitXml(spells, [good, bad, broken], 2000);

  test("counts what passed, failed, could not be run, and was not run", () => {
    expect(xml).toContain(
      '<testsuites name="llmspell test" tests="4" failures="1" errors="1" skipped="1" time="2.000">',
    );
    expect(xml).toContain(
      '<testsuite name="spells/a&amp;b" tests="4" failures="1" errors="1" skipped="1" time="1.501">',
    );
    expect(xml.match(/<testcase /g)).toHaveLength(4);
    expect(xml).toContain('<error type="case.recording" message="none"/>');
    expect(xml).toContain("<skipped/>");
  });

  test("escapes what a spell wrote", () => {
    expect(xml).toContain('message="a &quot;&lt;&amp;&gt;&quot; \ufffd"');
    expect(xml).toContain("- x&#10;+ y]]&gt;");
  });
});
