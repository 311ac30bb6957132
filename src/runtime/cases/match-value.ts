import { toJson } from "../../contract/plain-json.ts";
import type { Value } from "../../contract/value.ts";
import { toRegExp, VALUE_MATCHERS, type AmountExpectation, type TextExpectation } from "../../profile/index.ts";

/** Why something does not hold: what was expected, in words, and as text where a comparison of both helps. */
export interface Mismatch {
  readonly message: string;
  readonly expected?: string;
}

/** Compares a text. A newline at the very end may be missing on either side. */
export function matchText(expected: TextExpectation, received: string): Mismatch | undefined {
  if (typeof expected === "string") {
    const same = withoutNewline(expected) === withoutNewline(received);
    return same ? undefined : { message: "is another", expected };
  }
  const { match, contains } = expected;
  if (match !== undefined && toRegExp(match)?.test(received) !== true) return { message: `does not match ${match}` };
  if (contains !== undefined && !received.includes(contains)) {
    return { message: `does not contain ${JSON.stringify(contains)}` };
  }
  return undefined;
}

function withoutNewline(text: string): string {
  return text.replace(/\r?\n$/, "");
}

/** Compares plain JSON with an expectation: a value, or a map with only the keys equals, match and contains. */
export function matchValue(written: unknown, received: unknown): Mismatch | undefined {
  const expected = toJson(written as Value);
  const matchers = matchersOf(expected);
  if (matchers === undefined) return isSame(expected, received) ? undefined : different(expected);
  const { equals, match, contains } = matchers;
  if ("equals" in matchers && !isSame(equals, received)) return different(equals);
  const text = typeof received === "string" ? received : JSON.stringify(received);
  if (match !== undefined && toRegExp(String(match))?.test(text) !== true) {
    return { message: `does not match ${String(match)}` };
  }
  if ("contains" in matchers && !holds(received, contains)) {
    return { message: `does not contain ${JSON.stringify(contains)}` };
  }
  return undefined;
}

function different(expected: unknown): Mismatch {
  return { message: "is another", expected: showValue(expected) };
}

/** The map as matchers, where it is nothing else. */
export function matchersOf(expected: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof expected !== "object" || expected === null || Array.isArray(expected)) return undefined;
  const keys = Object.keys(expected);
  const isMatcher = keys.length > 0 && keys.every((key) => (VALUE_MATCHERS as readonly string[]).includes(key));
  return isMatcher ? (expected as Record<string, unknown>) : undefined;
}

/** A value as it is compared line by line: keys in order, so that only what differs shows. */
export function showValue(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(sorted(value), null, 2) ?? "nothing");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether two values of plain JSON are the same, whatever the order of keys. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** A part of a text, an item of a list, some keys of a map. */
function holds(whole: unknown, part: unknown): boolean {
  if (typeof whole === "string") return typeof part === "string" && whole.includes(part);
  if (Array.isArray(whole)) return whole.some((item) => isSame(item, part) || isPart(item, part));
  return isPart(whole, part);
}

function isPart(whole: unknown, part: unknown): boolean {
  if (typeof whole !== "object" || whole === null || typeof part !== "object" || part === null) return false;
  if (Array.isArray(whole) || Array.isArray(part)) return false;
  return Object.entries(part).every(([key, item]) => {
    const found: unknown = Object.hasOwn(whole, key) ? (whole as Record<string, unknown>)[key] : undefined;
    return found !== undefined && (isSame(found, item) || isPart(found, item));
  });
}

/** Compares a number with one, or with bounds. */
export function matchAmount(expected: AmountExpectation, received: number): Mismatch | undefined {
  if (typeof expected === "number") {
    return expected === received ? undefined : { message: `is ${received}, not ${expected}` };
  }
  const { min = -Infinity, max = Infinity } = expected;
  if (received < min) return { message: `is ${received}, under the least of ${min}` };
  if (received > max) return { message: `is ${received}, over the most of ${max}` };
  return undefined;
}
