/** Durations: int64 nanoseconds, and their texts such as `1h2m3.5s`. */
import { wrapInt, type TengoInt } from "../../integers.ts";
import { isDigitAt } from "./layout.ts";
import { quotePlain } from "./quote-plain.ts";

const LIMIT = 2n ** 63n;
const MICRO = "\xc2\xb5s";

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1000n],
  [MICRO, 1000n],
  ["\xce\xbcs", 1000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

function withFraction(units: bigint, parts: bigint, digits: number): string {
  const rest = parts.toString().padStart(digits, "0").replace(/0+$/, "");
  return rest === "" ? units.toString() : `${units}.${rest}`;
}

/** Go's `Duration.String()`, as a byte string. */
export function durationText(duration: TengoInt): string {
  const signed = BigInt(duration);
  const size = signed < 0n ? -signed : signed;
  const sign = signed < 0n ? "-" : "";
  if (size === 0n) return "0s";
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${withFraction(size / 1000n, size % 1000n, 3)}${MICRO}`;
  if (size < 1_000_000_000n) return `${sign}${withFraction(size / 1_000_000n, size % 1_000_000n, 6)}ms`;
  const seconds = size / 1_000_000_000n;
  const minutes = seconds / 60n;
  const tail = `${withFraction(seconds % 60n, size % 1_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + tail;
  return `${sign}${minutes < 60n ? "" : `${minutes / 60n}h`}${minutes % 60n}m${tail}`;
}

/** A duration as a float of a longer unit, rounded as Go does it. */
export function durationIn(duration: TengoInt, nanoseconds: number): number {
  const exact = BigInt(duration);
  const unit = BigInt(nanoseconds);
  return Number(exact / unit) + Number(exact % unit) / nanoseconds;
}

/** Digits from a place on; undefined where they are more than an int64 takes. */
function leadingInt(text: string, from: number): { value: bigint; end: number } | undefined {
  let end = from;
  while (isDigitAt(text, end)) end++;
  const digits = text.slice(from, end).replace(/^0+/, "");
  if (digits.length > 19) return undefined;
  const value = BigInt(digits === "" ? 0 : digits);
  return value > LIMIT ? undefined : { value, end };
}

/** A fraction's digits and what they are parts of; digits that do not fit are left out. */
function leadingFraction(text: string, from: number): { value: bigint; scale: number; end: number } {
  let [value, scale, end] = [0n, 1, from];
  let full = false;
  for (; isDigitAt(text, end); end++) {
    if (full) continue;
    const longer = value * 10n + BigInt(text.charCodeAt(end) - 0x30);
    full = value > (LIMIT - 1n) / 10n || longer > LIMIT;
    if (full) continue;
    value = longer;
    scale *= 10;
  }
  return { value, scale, end };
}

interface Term {
  readonly value: bigint;
  readonly end: number;
}

/** What is wrong with a duration's text. */
class DurationFault {
  constructor(readonly what: string) {}
}

const INVALID = new DurationFault("invalid duration");

/** One number and its unit, or what is wrong with it. */
function parseTerm(text: string, from: number): Term | DurationFault {
  const whole = leadingInt(text, from);
  if (whole === undefined) return INVALID;
  const dot = text[whole.end] === ".";
  const part = dot ? leadingFraction(text, whole.end + 1) : { value: 0n, scale: 1, end: whole.end };
  if (whole.end === from && part.end === whole.end + (dot ? 1 : 0)) return INVALID;
  let end = part.end;
  while (end < text.length && text[end] !== "." && !isDigitAt(text, end)) end++;
  if (end === part.end) return new DurationFault("missing unit in duration");
  const name = text.slice(part.end, end);
  const unit = UNITS.get(name);
  if (unit === undefined) return new DurationFault(`unknown unit ${quotePlain(name)} in duration`);
  if (whole.value > LIMIT / unit) return INVALID;
  const value = whole.value * unit + BigInt(Math.trunc(Number(part.value) * (Number(unit) / part.scale)));
  return value > LIMIT ? INVALID : { value, end };
}

function parseTerms(text: string): TengoInt | DurationFault {
  const negative = text.startsWith("-");
  let at = negative || text.startsWith("+") ? 1 : 0;
  if (text.slice(at) === "0") return 0;
  if (at === text.length) return INVALID;
  let total = 0n;
  while (at < text.length) {
    const term = parseTerm(text, at);
    if (term instanceof DurationFault) return term;
    total = BigInt.asUintN(64, total + term.value);
    if (total > LIMIT) return INVALID;
    at = term.end;
  }
  if (negative) return wrapInt(-total);
  return total === LIMIT ? INVALID : wrapInt(total);
}

/** Go's `time.ParseDuration`. */
export function parseDuration(text: string): TengoInt | { readonly fault: string } {
  const parsed = parseTerms(text);
  return parsed instanceof DurationFault ? { fault: `time: ${parsed.what} ${quotePlain(text)}` } : parsed;
}
