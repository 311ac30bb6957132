import type { KeywordCompiler, KeywordRow } from "../compiler.ts";
import { show } from "../values.ts";

type Numeric = number | bigint;

function isNumber(value: unknown): value is Numeric {
  return typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
}

/** A bound; numbers and bigints compare exactly. */
function bound(keyword: string, words: string, holds: (value: Numeric, limit: Numeric) => boolean): KeywordRow {
  const compile: KeywordCompiler = (given, context) => {
    const limit = context.number(given);
    return (value, place, run) =>
      !isNumber(value) ||
      holds(value, limit) ||
      run.fail(place, keyword, context.pointer, `must be ${words} ${limit}, and is ${show(value)}`);
  };
  return { keyword, compile, validation: true };
}

/** A decimal number as `digits * 10^exponent`. */
function decimal(value: Numeric): readonly [bigint, number] {
  const [mantissa = "", power = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return [BigInt(whole + fraction), Number(power) - fraction.length];
}

/** Exactly, in the digits that people write: 0.3 is a multiple of 0.1. */
function isMultiple(value: Numeric, of: Numeric): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(of)) return Number(value) % Number(of) === 0;
  const [[a, powerA], [b, powerB]] = [decimal(value), decimal(of)];
  const power = Math.min(powerA, powerB);
  return (a * 10n ** BigInt(powerA - power)) % (b * 10n ** BigInt(powerB - power)) === 0n;
}

const multipleOf: KeywordCompiler = (given, context) => {
  const of = context.number(given);
  if (of <= 0) throw context.fault("must be more than 0");
  return (value, place, run) =>
    !isNumber(value) ||
    isMultiple(value, of) ||
    run.fail(place, "multipleOf", context.pointer, `must be a multiple of ${of}, and is ${show(value)}`);
};

/** Keywords for numbers. */
export const NUMBERS: readonly KeywordRow[] = [
  bound("minimum", "at least", (value, limit) => value >= limit),
  bound("maximum", "at most", (value, limit) => value <= limit),
  bound("exclusiveMinimum", "more than", (value, limit) => value > limit),
  bound("exclusiveMaximum", "less than", (value, limit) => value < limit),
  { keyword: "multipleOf", compile: multipleOf, validation: true },
];
