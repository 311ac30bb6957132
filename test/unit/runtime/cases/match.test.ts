import { describe, expect, test } from "bun:test";
import { ResourceHandle, type Value } from "../../../../src/contract/value.ts";
import type { CallsExpectation } from "../../../../src/profile/index.ts";
import { toCaseCalls } from "../../../../src/runtime/cases/case-calls.ts";
import { matchCalls } from "../../../../src/runtime/cases/match-calls.ts";
import { matchAmount, matchText, matchValue } from "../../../../src/runtime/cases/match-value.ts";

describe("a text", () => {
  test("is itself, but for a newline at its end", () => {
    expect(matchText("a\nb", "a\nb\n")).toBeUndefined();
    expect(matchText("a", "a\n\n")).toEqual({ message: "is another", expected: "a" });
    expect(matchText("", "\n")).toBeUndefined();
  });

  test("matches and contains", () => {
    expect(matchText({ match: "^b", contains: "c" }, "bc")).toBeUndefined();
    expect(matchText({ match: "^b", contains: "d" }, "bc")?.message).toBe('does not contain "d"');
    expect(matchText({ match: "^c" }, "bc")?.message).toBe("does not match ^c");
  });
});

describe("a value", () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    [
      { a: 1, b: [2, null] },
      { b: [2, null], a: 1 },
    ],
    [9007199254740993n, "9007199254740993"],
    [{ contains: { a: 1 } }, { a: 1, b: 2 }],
    [{ contains: { a: { b: 1 } } }, { a: { b: 1, c: 2 } }],
    [{ contains: 2 }, [1, 2]],
    [{ contains: { a: 1 } }, [{ a: 1, b: 2 }]],
    [{ contains: "b" }, "abc"],
    [{ match: "^a" }, "abc"],
    [{ match: '"a":1' }, { a: 1 }],
    [{ equals: { match: "x" } }, { match: "x" }],
    [
      { match: "x", other: 1 },
      { match: "x", other: 1 },
    ],
  ];
  for (const [expected, received] of same) {
    test(`${String(typeof expected === "bigint" ? expected : JSON.stringify(expected))} fits ${JSON.stringify(received)}`, () => {
      expect(matchValue(expected, received)).toBeUndefined();
    });
  }

  const different: readonly (readonly [unknown, unknown])[] = [
    [1, "1"],
    [null, 0],
    [{}, []],
    [{ a: null }, {}],
    [
      [1, 2],
      [2, 1],
    ],
    [{ contains: { a: 2 } }, { a: 1 }],
    [{ contains: 3 }, [1, 2]],
    [{ contains: 1 }, "1"],
    [{ equals: "abc", match: "^b" }, "abc"],
  ];
  for (const [expected, received] of different) {
    test(`${JSON.stringify(expected)} does not fit ${JSON.stringify(received)}`, () => {
      expect(matchValue(expected, received)).toBeDefined();
    });
  }
});

test("an amount is a number or between bounds", () => {
  expect(matchAmount(2, 2)).toBeUndefined();
  expect(matchAmount({ min: 1, max: 2 }, 2)).toBeUndefined();
  expect(matchAmount({ max: 2 }, 3)?.message).toBe("is 3, over the most of 2");
  expect(matchAmount({ min: 2 }, 1)?.message).toBe("is 1, under the least of 2");
});

describe("calls", () => {
  const message = (module: string, name: string, ...args: Value[]) =>
    ({ type: "call", id: 1, fiber: 1, module, function: name, args }) as const;
  const calls = toCaseCalls(
    [
      message("spell", "input"),
      message("llm", "count_tokens", "a", { max_tokens: 3 }, null),
      message("llm", "stream.next", new ResourceHandle("llm.stream", 1)),
      message("llm", "stream.result", new ResourceHandle("llm.stream", 1)),
      message("files", "write", "a.txt"),
    ],
    new Map(),
  );
  const wrong = (expected: unknown) => matchCalls(expected as CallsExpectation, calls).map((each) => each.message);

  test("have the names that all languages share; steps through a stream are none", () => {
    expect(calls).toEqual([
      { call: "spell.input", arguments: [] },
      { call: "llm.countTokens", arguments: ["a", { max_tokens: 3 }] },
      { call: "files.write", arguments: ["a.txt"] },
    ]);
  });

  test("are all of them, in order", () => {
    expect(wrong(["spell.input", "llm.countTokens", "files.write"])).toEqual([]);
    expect(wrong(["spell.input", { call: "llm.count_tokens", arguments: ["a", { maxTokens: 3 }] }, "files.*"])).toEqual(
      [],
    );
    expect(wrong(["spell.input", "llm.countTokens"])).toEqual([
      'call 3: expected nothing more, received files.write("a.txt")',
    ]);
    expect(wrong(["spell.input", { call: "llm.countTokens", arguments: ["b"] }])[0]).toStartWith(
      'call 2: expected llm.countTokens("b"), received llm.countTokens("a"',
    );
    expect(wrong([])[0]).toStartWith("call 1: expected nothing more");
  });

  test("are among them, in order, or not", () => {
    expect(wrong({ atLeast: ["spell.input", "files.write"], noneOf: ["http.*"] })).toEqual([]);
    expect(wrong({ atLeast: ["files.write", "spell.input"] })[0]).toStartWith(
      "there is no spell.input, after files.write; these 3 calls were made:",
    );
    expect(wrong({ noneOf: ["llm.*", "spell.prompt"] })[0]).toStartWith('there was llm.countTokens("a"');
    expect(wrong({ noneOf: [{ call: "llm.countTokens", arguments: ["b"] }] })).toEqual([]);
  });
});
