import { describe, expect, test } from "bun:test";
import { runPage } from "../../../src/cli/runs/page/index.ts";
import { readRunRecord } from "../../../src/cli/runs/run-record.ts";
import { valueText } from "../../../src/cli/runs/page/value-text.ts";
import type { JournalEntry } from "../../../src/contract/journal.ts";
import { ErrorValue, type Value } from "../../../src/contract/value.ts";
import { endEntry, exchange, startEntry } from "../journal/sample-run.ts";

const HOSTILE = `</script></pre></style><script>alert(1)</script><img src=x onerror=alert(1)> " onload=' & \u202e \u001b[2J`;

function page(entries: readonly JournalEntry[], spell = "greet"): string {
  const record = readRunRecord(entries);
  const row = {
    id: "01m7",
    spell,
    engine: "lua",
    status: "done",
    started: 1_790_000_000_000,
    calls: record.calls.length,
    llmCalls: 0,
    tokens: 0,
    usd: 0,
    bytes: 1,
  } as const;
  return runPage({ row, record, digest: "d".repeat(64), entries: entries.length });
}

/** Every element and attribute that HTML's parser sees. */
async function parsed(text: string) {
  const names = new Set<string>();
  const attributes = new Map<string, Set<string>>();
  const rewriter = new HTMLRewriter().on("*", {
    element(element) {
      names.add(element.tagName);
      for (const [name, value] of element.attributes) {
        attributes.set(name, (attributes.get(name) ?? new Set()).add(value));
      }
    },
  });
  await rewriter.transform(new Response(text)).text();
  return { names, attributes };
}

describe("the page of a run", () => {
  const hostile: readonly JournalEntry[] = [
    { ...startEntry(HOSTILE, { [HOSTILE]: HOSTILE }), invocation: { folder: HOSTILE, model: HOSTILE } },
    { type: "call", id: 1, fiber: 1, module: HOSTILE, function: HOSTILE, args: [HOSTILE, { [HOSTILE]: [HOSTILE] }] },
    { type: "return", id: 1, value: { text: HOSTILE }, time: 1_790_000_000_100 },
    { type: "call", id: 2, fiber: 2, module: "a", function: "b", args: [] },
    { type: "return", id: 2, error: new ErrorValue(HOSTILE, HOSTILE, HOSTILE), time: 1_790_000_000_200 },
    { type: "output", stream: "stdout", text: HOSTILE },
    endEntry(2, {
      failure: {
        code: HOSTILE,
        message: HOSTILE,
        details: null,
        stack: [{ file: HOSTILE, line: 1, column: 1, name: HOSTILE }],
      },
    }),
  ];

  test("has nothing of what a run brings but text", async () => {
    const plain = await parsed(
      page([
        startEntry(),
        ...exchange(1),
        ...exchange(2),
        { type: "output", stream: "stdout", text: "a" },
        endEntry(2, { failure: { code: "a", message: "b", details: null, stack: [] } }),
      ]),
    );
    const text = page(hostile, HOSTILE);
    const { names, attributes } = await parsed(text);
    expect([...names].filter((name) => !plain.names.has(name))).toEqual([]);
    expect([...attributes.keys()].filter((name) => !plain.attributes.has(name))).toEqual([]);
    expect(names.has("script")).toBe(false);
    expect([...attributes.keys()].filter((name) => /^on|src|^style$|action/.test(name))).toEqual([]);
    for (const link of attributes.get("href") ?? []) expect(link).toMatch(/^#c\d+$/);
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  test("has a policy that allows its own style and nothing else", async () => {
    const text = page(hostile);
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? "";
    const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
    const { attributes } = await parsed(text);
    const policy = [...(attributes.get("content") ?? [])].map((each) => each.replaceAll("&#39;", "'"));
    expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expect(style).not.toContain("url(");
  });

  test("has a bar and a row for each of thousands of calls", async () => {
    const calls = Array.from({ length: 5000 }, (_, index) => exchange(index + 1)).flat();
    const text = page([startEntry(), ...calls, endEntry(5000)]);
    expect(text.match(/<a href="#c\d+"/g)).toHaveLength(5000);
    expect(text.match(/<details>/g)).toHaveLength(5000);
    expect(text.length).toBeLessThan(10_000_000);
  });

  test("cuts values that no browser could show", () => {
    const large = exchange(1, "x".repeat(5_000_000));
    const text = page([startEntry(), ...large, endEntry(1)]);
    expect(text.length).toBeLessThan(200_000);
    expect(text).toContain("MiB more");
  });
});

describe("a run's record", () => {
  test("gives each call its times, and leaves pauses out", () => {
    const zero = 1_790_000_000_000;
    const record = readRunRecord([
      startEntry(),
      { type: "session", time: zero },
      { type: "call", id: 1, fiber: 1, module: "a", function: "b", args: [] },
      { type: "call", id: 2, fiber: 2, module: "a", function: "b", args: [] },
      { type: "return", id: 1, value: 7, time: zero + 100, spent: { tokens: 3, usd: 1 } },
      { type: "call", id: 3, fiber: 1, module: "a", function: "c", args: [] },
      endEntry(0, { time: zero + 150 }),
      { type: "session", time: zero + 86_400_000 },
      { type: "return", id: 3, value: null, time: zero + 86_400_020 },
      { type: "cancel", id: 2 },
      { type: "call", id: 4, fiber: 1, module: "a", function: "d", args: [] },
    ]);
    expect(record.end).toBeUndefined();
    expect(record.pauses).toEqual([{ at: 150, pause: 86_399_850 }]);
    expect(record.elapsed).toBe(170);
    const times = record.calls.map(({ id, began, ended, cancelled }) => [id, began, ended, cancelled]);
    expect(times).toEqual([
      [1, 0, 100, undefined],
      [2, 0, 170, true],
      [3, 100, 170, undefined],
      [4, 170, undefined, undefined],
    ]);
    expect(record.calls[0]).toMatchObject({ value: 7, spent: { tokens: 3, usd: 1 } });
  });
});

test("a value is shown as a person reads it", () => {
  const shown = (value: Value) => valueText(value).split("\n");
  expect(shown({ text: "one\ntwo", n: 1, list: [1, { a: "b" }], none: {}, odd: "1", empty: "" })).toEqual([
    "text:",
    "  one",
    "  two",
    "n: 1",
    "list:",
    "  - 1",
    "  - a: b",
    "none: {}",
    'odd: "1"',
    'empty: ""',
  ]);
  expect(shown("plain")).toEqual(["plain"]);
  expect(shown([])).toEqual(["[]"]);
});
