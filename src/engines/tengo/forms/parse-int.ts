import { wrapInt, type TengoInt } from "../integers.ts";
import { INVALID_SYNTAX, NumberFault, OUT_OF_RANGE } from "./number-fault.ts";

const PREFIXES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16 };

/** The value of a digit (letters beyond 9), or 99 for what is none. */
export function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 + 10 : 99;
}

/** Whether the underscores in a number stand where Go's literals may have them: between digits, or after a prefix. */
export function underscoresFit(text: string): boolean {
  let at = text[0] === "-" || text[0] === "+" ? 1 : 0;
  let previous = "^";
  let hex = false;
  const prefix = text[at] === "0" ? (text[at + 1] ?? "").toLowerCase() : "";
  if (PREFIXES[prefix] !== undefined) {
    previous = "0";
    hex = prefix === "x";
    at += 2;
  }
  for (; at < text.length; at++) {
    const char = text[at] as string;
    const value = digitValue(text.charCodeAt(at));
    if (value < 10 || (hex && value < 16)) previous = "0";
    else if (char === "_") {
      if (previous !== "0") return false;
      previous = "_";
    } else {
      if (previous === "_") return false;
      previous = "!";
    }
  }
  return previous !== "_";
}

interface Digits {
  readonly text: string;
  readonly base: number;
}

function withoutPrefix(text: string): Digits {
  if (text[0] !== "0") return { text, base: 10 };
  const base = text.length >= 3 ? PREFIXES[(text[1] as string).toLowerCase()] : undefined;
  return base === undefined ? { text: text.slice(1), base: 8 } : { text: text.slice(2), base };
}

function parseUnsigned(text: string, base: number, bits: number): bigint | NumberFault {
  const guessed = base === 0;
  const digits = guessed ? withoutPrefix(text) : { text, base };
  const most = (1n << BigInt(bits)) - 1n;
  const scale = BigInt(digits.base);
  let small = 0;
  let large: bigint | undefined;
  let underscores = false;
  for (let at = 0; at < digits.text.length; at++) {
    const code = digits.text.charCodeAt(at);
    if (code === 0x5f && guessed) {
      underscores = true;
      continue;
    }
    const value = digitValue(code);
    if (value >= digits.base) return new NumberFault(INVALID_SYNTAX);
    if (large === undefined) {
      const next = small * digits.base + value;
      if (next <= Number.MAX_SAFE_INTEGER) {
        small = next;
        if (bits < 53 && next > Number(most)) return new NumberFault(OUT_OF_RANGE, most);
        continue;
      }
      large = BigInt(small);
    }
    large = large * scale + BigInt(value);
    if (large > most) return new NumberFault(OUT_OF_RANGE, most);
  }
  if (underscores && !underscoresFit(text)) return new NumberFault(INVALID_SYNTAX);
  return large ?? BigInt(small);
}

/**
 * Go's `strconv.ParseInt`: base 2 to 36, or 0 for what the prefix says (with underscores); bits 0 (which is 64) to 64.
 */
export function parseInt64(text: string, base: TengoInt = 10, bitSize: TengoInt = 64): TengoInt | NumberFault {
  if (base === 10 && bitSize === 64 && text.length < 16 && /^[+-]?[0-9]+$/.test(text)) return Number(text) + 0;
  if (text === "") return new NumberFault(INVALID_SYNTAX);
  const negative = text[0] === "-";
  const magnitude = negative || text[0] === "+" ? text.slice(1) : text;
  if (magnitude === "") return new NumberFault(INVALID_SYNTAX);
  if (base !== 0 && (base < 2 || base > 36)) return new NumberFault(`invalid base ${base}`);
  if (bitSize < 0 || bitSize > 64) return new NumberFault(`invalid bit size ${bitSize}`);
  const bits = Number(bitSize) || 64;
  const parsed = parseUnsigned(magnitude, Number(base), bits);
  if (parsed instanceof NumberFault && parsed.reason !== OUT_OF_RANGE) return parsed;
  const value = parsed instanceof NumberFault ? BigInt(parsed.nearest) : parsed;
  const limit = 1n << BigInt(bits - 1);
  if (negative ? value > limit : value >= limit) {
    return new NumberFault(OUT_OF_RANGE, wrapInt(negative ? -limit : limit - 1n));
  }
  return wrapInt(negative ? -value : value);
}
