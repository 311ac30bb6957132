import { digitValue } from "../../forms/index.ts";
import { PatternReader } from "./pattern-reader.ts";
import {
  folded,
  negated,
  PERL_CLASSES,
  POSIX_CLASSES,
  range,
  unicodeClass,
  union,
  type RuneTest,
} from "./rune-classes.ts";
import { RegexpFault } from "./syntax.ts";

const NAMED: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

function isOctal(char: string): boolean {
  return char >= "0" && char <= "7";
}

/** Reads a number in hexadecimal digits after `\x`, in braces or two digits; undefined where it is none. */
function hexEscape(reader: PatternReader): number | undefined {
  if (reader.done) return undefined;
  const first = reader.rune();
  if (first !== 0x7b) {
    const second = reader.rune();
    const value = digitValue(first) * 16 + digitValue(second);
    return digitValue(first) > 15 || digitValue(second) > 15 ? undefined : value;
  }
  let value = 0;
  for (let count = 0; ; count++) {
    if (reader.done) return undefined;
    const code = reader.rune();
    if (code === 0x7d) return count === 0 ? undefined : value;
    const digit = code < 0x80 ? digitValue(code) : 99;
    if (digit > 15) return undefined;
    value = value * 16 + digit;
    if (value > 0x10ffff) return undefined;
  }
}

function octalEscape(reader: PatternReader, first: number): number {
  let value = first - 0x30;
  for (let count = 1; count < 3 && isOctal(reader.peek()); count++) {
    value = value * 8 + Number(reader.peek());
    reader.at++;
  }
  return value;
}

/** Reads an escape that stands for one rune. */
export function parseEscape(reader: PatternReader): number {
  const start = reader.at;
  reader.at++;
  if (reader.done) throw new RegexpFault("trailing backslash at end of expression", "");
  const code = reader.rune();
  const char = code < 0x80 ? String.fromCharCode(code) : "";
  if (char !== "" && !/[0-9A-Za-z]/.test(char)) return code;
  if (char === "0" || (isOctal(char) && isOctal(reader.peek()))) return octalEscape(reader, code);
  const value = char === "x" ? hexEscape(reader) : NAMED[char];
  if (value === undefined) throw new RegexpFault("invalid escape sequence", reader.pattern.slice(start, reader.at));
  return value;
}

/** Reads `\d`, `\S` and their like, where one stands here. */
export function parsePerlClass(reader: PatternReader, fold: boolean): RuneTest | undefined {
  if (reader.peek() !== "\\") return undefined;
  const letter = reader.peek(1);
  const test = PERL_CLASSES.get(letter.toLowerCase());
  if (test === undefined) return undefined;
  reader.at += 2;
  const whole = fold ? folded(test) : test;
  return PERL_CLASSES.has(letter) ? whole : negated(whole);
}

/** Reads `\pL`, `\P{Greek}`, `\p{^Lu}` and their like, where one stands here. */
export function parseUnicodeClass(reader: PatternReader, fold: boolean): RuneTest | undefined {
  if (reader.peek() !== "\\" || (reader.peek(1) !== "p" && reader.peek(1) !== "P")) return undefined;
  const start = reader.at;
  const negative = reader.peek(1) === "P";
  reader.at += 2;
  let name: string;
  if (reader.rune() !== 0x7b) {
    name = reader.pattern.slice(start + 2, reader.at);
  } else {
    const end = reader.pattern.indexOf("}", start);
    if (end < 0) {
      const rest = reader.pattern.slice(start);
      PatternReader.checkUtf8(rest);
      throw new RegexpFault("invalid character class range", rest);
    }
    name = reader.pattern.slice(start + 3, end);
    PatternReader.checkUtf8(name);
    reader.at = end + 1;
  }
  const test = unicodeClass(name.replace(/^\^/, ""));
  if (test === undefined) {
    throw new RegexpFault("invalid character class range", reader.pattern.slice(start, reader.at));
  }
  const whole = fold ? folded(test) : test;
  return negative !== name.startsWith("^") ? negated(whole) : whole;
}

/** Reads `[:alpha:]` or `[:^alpha:]` within a class, where one stands here. */
function parsePosixClass(reader: PatternReader, fold: boolean): RuneTest | undefined {
  if (reader.peek() !== "[" || reader.peek(1) !== ":" || reader.noPosixEnd) return undefined;
  const end = reader.pattern.indexOf(":]", reader.at + 2);
  reader.noPosixEnd = end < 0;
  if (end < 0) return undefined;
  const name = reader.pattern.slice(reader.at + 2, end);
  const test = POSIX_CLASSES.get(name.replace(/^\^/, ""));
  if (test === undefined) throw new RegexpFault("invalid character class range", `[:${name}:]`);
  reader.at = end + 2;
  const whole = fold ? folded(test) : test;
  return name.startsWith("^") ? negated(whole) : whole;
}

function classRune(reader: PatternReader, wholeClass: string): number {
  if (reader.done) throw new RegexpFault("missing closing ]", wholeClass);
  return reader.peek() === "\\" ? parseEscape(reader) : reader.rune();
}

function parseRange(reader: PatternReader, wholeClass: string): RuneTest {
  const start = reader.at;
  const low = classRune(reader, wholeClass);
  let high = low;
  if (reader.peek() === "-" && reader.peek(1) !== "" && reader.peek(1) !== "]") {
    reader.at++;
    high = classRune(reader, wholeClass);
    if (high < low) throw new RegexpFault("invalid character class range", reader.pattern.slice(start, reader.at));
  }
  return range(low, high);
}

/** Reads a class in brackets. */
export function parseClass(reader: PatternReader, fold: boolean): RuneTest {
  const wholeClass = reader.rest();
  reader.at++;
  const negative = reader.peek() === "^";
  if (negative) reader.at++;
  const tests: RuneTest[] = [];
  const ranges: RuneTest[] = [];
  for (let first = true; first || reader.peek() !== "]"; first = false) {
    const test = parsePosixClass(reader, fold) ?? parseUnicodeClass(reader, fold) ?? parsePerlClass(reader, fold);
    if (test === undefined) ranges.push(parseRange(reader, wholeClass));
    else tests.push(test);
  }
  reader.at++;
  if (ranges.length > 0) tests.push(fold ? folded(union(ranges)) : union(ranges));
  const whole = union(tests);
  return negative ? negated(whole) : whole;
}
