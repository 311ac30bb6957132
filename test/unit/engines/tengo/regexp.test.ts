import { describe, expect, test } from "bun:test";
import { fromText } from "../../../../src/engines/tengo/byte-strings.ts";
import { Regexp } from "../../../../src/engines/tengo/modules/regexp/regexp.ts";
import { Backtracker } from "../../../../src/engines/tengo/modules/regexp/run-program.ts";
import { Meter } from "../../../../src/engines/tengo/run/index.ts";

const context = new Meter();

function compile(pattern: string): Regexp {
  return new Regexp(fromText(pattern), new Backtracker(), context);
}

/** The places of the first match, which is looked for both ways: in a short text, and in one too long for backtracking. */
function find(pattern: string, text: string): readonly number[] | undefined {
  const bytes = fromText(text);
  const short = compile(pattern).find(bytes, 0, context);
  const long = compile(pattern).find(`${bytes}\0${"\0".repeat(300_000)}`, 0, context);
  if (!pattern.includes("$") && !pattern.includes("\\z")) expect(long).toEqual(short);
  return short;
}

test.each([
  ["a+", "baac", [1, 3]],
  ["(a)|(b)", "b", [0, 1, -1, -1, 0, 1]],
  ["(a*)*", "b", [0, 0, 0, 0]],
  ["(|a)*", "aa", [0, 0, 0, 0]],
  ["(|a)+", "aa", [0, 0, 0, 0]],
  ["a*?b", "aab", [0, 3]],
  ["(?U)a+", "aa", [0, 1]],
  ["(?i)straße", "STRAßE", [0, 7]],
  ["(?i)[k-s]+", "\u212aſΩ", [0, 5]],
  ["é.", "aé世", [1, 6]],
  ["\\bfoo\\b", "a foo", [2, 5]],
  ["(?m)^b$", "a\nb\nc", [2, 3]],
  ["(?s)a.b", "a\nb", [0, 3]],
  ["\\p{Greek}+", "aΣσ", [1, 5]],
  ["\\P{^L}", "1a", [1, 2]],
  ["[[:^alpha:]]+", "a12b", [1, 3]],
  ["x{2,3}?", "xxxx", [0, 2]],
  ["\\Qa.b\\E", "aXb a.b", [4, 7]],
  ["(?P<n>a)(?<m>b)", "ab", [0, 2, 0, 1, 1, 2]],
])("%s in %p", (pattern, text, expected) => {
  expect(find(pattern, text)).toEqual(expected);
});

test("bytes that are no UTF-8 are U+FFFD of one byte", () => {
  expect(compile("\\x{FFFD}+").find("a\xe4\xb8", 0, context)).toEqual([1, 3]);
  expect(compile("^.$").find("\xff", 0, context)).toEqual([0, 1]);
});

describe("messages", () => {
  test.each([
    ["(", "missing closing ): `(`"],
    [")", "unexpected ): `)`"],
    ["[a", "missing closing ]: `[a`"],
    ["[b-a]", "invalid character class range: `b-a`"],
    ["a**", "invalid nested repetition operator: `**`"],
    ["*", "missing argument to repetition operator: `*`"],
    ["a{1001}", "invalid repeat count: `{1001}`"],
    ["(?:a{100}){100}", "invalid repeat count: `{100}`"],
    ["a{2,1}", "invalid repeat count: `{2,1}`"],
    ["a(?=b)", "invalid or unsupported Perl syntax: `(?=`"],
    ["(?P<a b>x)", "invalid named capture: `(?P<a b>`"],
    ["\\8", "invalid escape sequence: `\\8`"],
    ["\\C", "invalid escape sequence: `\\C`"],
    ["\\p{Foo}", "invalid character class range: `\\p{Foo}`"],
    ["\\", "trailing backslash at end of expression: ``"],
    [`${"(".repeat(1001)}a${")".repeat(1001)}`, "expression nests too deeply"],
  ])("%s", (pattern, expected) => {
    let message = "";
    try {
      compile(pattern);
    } catch (fault) {
      message = (fault as { message: string }).message;
    }
    expect(message).toStartWith(`error parsing regexp: ${expected}`);
  });
});

test("takes time in proportion to the text, and burns fuel for it", () => {
  const steps = (length: number): number => {
    const meter = new Meter({ fuel: 1e9 });
    new Regexp("(x+x+)+y", new Backtracker(), meter).find("x".repeat(length), 0, meter);
    return 1e9 - meter.fuel;
  };
  expect(steps(4000) / steps(2000)).toBeLessThan(3);
  expect(steps(200_000)).toBeGreaterThan(200_000);
});

test("patterns of any size are parsed in time", () => {
  for (const piece of ["(?:a", "[[:", "{", "(?P<n>", "\\p{", "|", "(?i)", "[a]"]) {
    try {
      compile(piece.repeat(20_000));
    } catch (fault) {
      expect((fault as { message: string }).message).toStartWith("error parsing regexp: ");
    }
  }
});
