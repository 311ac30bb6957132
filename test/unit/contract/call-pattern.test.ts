import { describe, expect, test } from "bun:test";
import { exactPattern, matchesCall, parseCallPattern } from "../../../src/contract/call-pattern.ts";

function matches(
  text: string,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
  spellings: "any" | "every" = "any",
): boolean {
  const pattern = parseCallPattern(text);
  if (pattern === undefined) throw new Error(`no pattern: ${text}`);
  return matchesCall(pattern, name, args, spellings);
}

describe("a pattern of calls", () => {
  test.each([
    ["files.write", "files.write", true],
    ["files.write", "files.writeBytes", false],
    ["files.*", "files.write", true],
    ["files.*", "file.write", false],
    ["*", "llm.complete", true],
    ["*.write", "files.write", true],
    ["llm.stream.next", "llm.stream.next", true],
  ])("%s and %s: %p", (text, name, expected) => expect(matches(text, name)).toBe(expected));

  test.each([
    ["http.post(url=https://api.example.org/*)", { url: "https://api.example.org/v1/x" }, true],
    ["http.post(url=https://api.example.org/*)", { url: "https://api.example.org.evil.test/" }, false],
    ["http.post(options.retries=2)", { url: "x", options: { retries: 2 } }, true],
    ["http.post(options.retries=2)", { url: "x" }, false],
    ["http.post(url=*, options.json=true)", { url: "x", options: { json: true } }, true],
    ['http.post(url="*")', { url: "anything" }, false],
    ['http.post(url="*")', { url: "*" }, true],
    ['http.post(url="a, b)")', { url: "a, b)" }, true],
    ["http.post(constructor=*)", {}, false],
    ["http.post(url=a*z)", { url: "a\nz" }, true],
  ])("%s with %p: %p", (text, args, expected) => expect(matches(text, "http.post", args)).toBe(expected));

  test.each([
    "",
    "files write",
    "files.write(",
    "files.write(path)",
    "files.write(path=a",
    'files.write(path="a)',
    "a-b.c",
  ])("%p is none", (text) => expect(parseCallPattern(text)).toBeUndefined());

  test("of one call means that call and no other", () => {
    const args = { path: 'a*"b\\c\nd', text: "x" };
    const text = exactPattern("files.write", args);
    expect(matches(text, "files.write", args)).toBe(true);
    expect(matches(text, "files.write", { ...args, path: 'axx"b\\c\nd' })).toBe(false);
    expect(exactPattern("time.now", {})).toBe("time.now");
    expect(exactPattern("llm.chat", { messages: [] })).toBe("llm.chat");
  });
});
