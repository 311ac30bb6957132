import { describe, expect, test } from "bun:test";
import { PatternFault } from "../../../../src/bridges/schema/pattern/pattern-tree.ts";
import { Pattern } from "../../../../src/bridges/schema/pattern/pattern.ts";

const free = { spend: () => {} };

/** As far as a run's meter goes. */
function metered(limit: number) {
  let left = limit;
  return {
    spend(steps: number) {
      left -= steps;
      if (left < 0) throw new Error("too much");
    },
    used: () => limit - left,
  };
}

const PATTERNS = [
  ...["", "^$", "a|b|", "^[a-z]{2,3}(?:-\\d+)?$", "(?<=a)b", "(?<!a)b", "(?=.*\\d)(?=.*[a-z]).{4,}", "^\\p{L}+$"],
  ...["\\bfoo\\b", "\\Boo", "x*y+z?", "^(?!\\.)(?!.*\\.\\.)[\\w.]+@[a-z.]+$", "[\\w-.]+", "^\\S(|(.|\\n)*\\S)$"],
  ...[
    "a{0}b",
    "(a|ab)(c|bcd)(d*)",
    "^(?:(a)|b)*$",
    "\\u{1F600}",
    "\\ud83d\\ude00",
    "[^]x",
    "(?<year>\\d{4})",
    "\\x41\\cJ",
  ],
  ...["^(a?){20}$", "(?<=^|\\s)b", "^.$", "\\-", "a{,2}", "[\\]a]+", "(?<=ab+)c"],
];

const TEXTS = [
  ...["", "a", "aaa", "ab", "b", "cb", "abc-12", "ab-1", "foo", "a foo b", "xfoo", "éa", "xyz", "yz", "a.b@c.d"],
  ...["a..b@c.d", ".a@c", "a b", "\n", "abcd", "ababab", "😀", "9abc", "💩x", "1999", "A\n", "-", "a{,2}", "]", "abbc"],
];

/** As patterns are read here: with the flag u where they are written so. */
function reference(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    return new RegExp(source);
  }
}

describe("Pattern", () => {
  test.each(PATTERNS)("%j matches what JavaScript's own does", (source) => {
    const [ours, theirs] = [new Pattern(source), reference(source)];
    for (const text of TEXTS) expect(`${text}: ${ours.test(text, free)}`).toBe(`${text}: ${theirs.test(text)}`);
  });

  test.each([
    ["\\Z", "\\Z means nothing"],
    ["(", "a ( has no )"],
    ["a)", "a ) has no ("],
    ["[", "a [ has no ]"],
    ["(a)\\1", "a reference to a group is not supported"],
    ["*", "there is nothing to repeat"],
    ["a{2,1}", "{2,1} counts down"],
    ["((a{1000}){1000})", "it is too large: its repetitions multiply"],
    ["a{100000}", "it repeats something more than 10000 times"],
    ["\\", "it ends with a backslash"],
    ["(?i:a)", "(?i: is no group"],
    ["\\p{Nope}", "\\p{Nope} is no class of characters"],
    ["[z-a]", "[z-a] is no class of characters"],
    ["(".repeat(200), "its groups nest deeper than 100 levels"],
    ["a".repeat(10_001), "it has 10001 letters, and 10000 are taken"],
  ])("fault %#", (source, why) => {
    const make = () => new Pattern(source);
    expect(make).toThrow(PatternFault);
    expect(make).toThrow(why);
  });

  // Each of these takes JavaScript's own engine longer than anybody waits.
  test.each([
    ["^(a+)+$", `${"a".repeat(5000)}!`],
    ["^(a|a)*$", `${"a".repeat(5000)}!`],
    ["^(a|aa)+$", `${"a".repeat(5000)}!`],
    ["(.*)*x", "a".repeat(5000)],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(5000)],
    ["^(?:(?:a*)*)*b", "a".repeat(5000)],
    ["(a?){200}a{200}b", "a".repeat(200)],
  ])("%s takes time in proportion to the text", (source, text) => {
    const [small, large] = [metered(1e8), metered(1e8)];
    const pattern = new Pattern(source);
    expect(pattern.test(text, small)).toBe(false);
    expect(pattern.test(text.repeat(2), large)).toBe(false);
    expect(large.used()).toBeLessThan(small.used() * 2.5);
  });

  test("what repeats nothing is read at once", () => {
    let source = "";
    for (let depth = 0; depth < 50; depth++) source = `(${source}){9999}`;
    expect(new Pattern(source).test("", free)).toBe(true);
  });

  test("looking around costs steps, which end", () => {
    const meter = metered(1_000_000);
    expect(() => new Pattern("(?:(?=(?:a|b)*c)(?:a|b))*d").test("ab".repeat(50_000), meter)).toThrow("too much");
  });
});
