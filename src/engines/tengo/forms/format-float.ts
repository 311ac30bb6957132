import {
  exactDecimal,
  floatParts,
  roundDecimal,
  shortestDecimal32,
  shortestDecimal64,
  type Decimal,
  type FloatParts,
} from "./decimal.ts";

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function signed(exponent: number): string {
  return (exponent < 0 ? "-" : "+") + twoDigits(Math.abs(exponent));
}

function formatExponent({ digits, point }: Decimal, precision: number, mark: string): string {
  const rest = precision > 0 ? `.${digits.slice(1, precision + 1).padEnd(precision, "0")}` : "";
  return `${digits[0] ?? "0"}${rest}${mark}${signed(digits === "" ? 0 : point - 1)}`;
}

function formatPlain({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (precision <= 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : "0".repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, "0")}`;
}

/** `%b`: the mantissa as it is, and the power of two. */
function formatBinary({ mantissa, exponent }: FloatParts): string {
  return `${mantissa}p${exponent >= 0 ? "+" : ""}${exponent}`;
}

/** `%x`: hexadecimal digits after a leading 1, and the power of two. */
function formatHex(parts: FloatParts, precision: number, upper: boolean, bitSize: 32 | 64): string {
  const bits = bitSize === 32 ? 23 : 52;
  let mantissa = parts.mantissa << BigInt(60 - bits);
  let exponent = parts.mantissa === 0n ? 0 : parts.exponent + bits;
  while (mantissa !== 0n && mantissa >> 60n === 0n) {
    mantissa <<= 1n;
    exponent--;
  }
  if (precision >= 0 && precision < 15) {
    const drop = BigInt(60 - precision * 4);
    const extra = (mantissa << BigInt(precision * 4)) & ((1n << 60n) - 1n);
    mantissa >>= drop;
    if ((extra | (mantissa & 1n)) > 1n << 59n) mantissa++;
    mantissa <<= drop;
    if (mantissa >> 61n !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  let fraction = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, "0");
  fraction = precision < 0 ? fraction.replace(/0+$/, "") : fraction.slice(0, precision).padEnd(precision, "0");
  const text = `0x${mantissa >> 60n}${fraction === "" ? "" : `.${fraction}`}p${signed(exponent)}`;
  return upper ? text.toUpperCase() : text;
}

function formatGeneral(decimal: Decimal, precision: number, mark: string): string {
  const { digits, point } = decimal;
  const shortest = precision < 0;
  const wanted = shortest ? digits.length : precision;
  let limit = wanted;
  if (limit > digits.length && digits.length >= point) limit = digits.length;
  if (shortest) limit = 6;
  if (point - 1 < -4 || point - 1 >= limit) {
    return formatExponent(decimal, Math.min(wanted, digits.length) - 1, mark);
  }
  return formatPlain(decimal, Math.max(digits.length - point, 0));
}

function formatDecimal(parts: FloatParts, value: number, verb: string, precision: number, bitSize: 32 | 64): string {
  if (precision < 0) {
    const decimal = bitSize === 32 ? shortestDecimal32(value) : shortestDecimal64(value);
    if (verb === "f") return formatPlain(decimal, decimal.digits.length - decimal.point);
    if (verb === "g" || verb === "G") return formatGeneral(decimal, -1, verb === "g" ? "e" : "E");
    return formatExponent(decimal, decimal.digits.length - 1, verb);
  }
  const exact = exactDecimal(parts);
  if (verb === "f") return formatPlain(roundDecimal(exact, exact.point + precision), precision);
  if (verb === "g" || verb === "G") {
    const count = Math.max(precision, 1);
    return formatGeneral(roundDecimal(exact, count), count, verb === "g" ? "e" : "E");
  }
  return formatExponent(roundDecimal(exact, precision + 1), precision, verb);
}

/**
 * Go's `strconv.FormatFloat`. A negative precision asks for the fewest digits that tell the number. A verb that is
 * none of `e E f g G b x X` gives `%` and the verb.
 */
export function formatFloat(value: number, verb: string, precision: number, bitSize: 32 | 64 = 64): string {
  const rounded = bitSize === 32 ? Math.fround(value) : value;
  if (Number.isNaN(rounded)) return "NaN";
  if (rounded === Infinity) return "+Inf";
  if (rounded === -Infinity) return "-Inf";
  const magnitude = Math.abs(rounded);
  if (verb === "f" && precision < 0 && bitSize === 64 && (magnitude === 0 || (magnitude >= 1e-6 && magnitude < 1e21))) {
    return Object.is(rounded, -0) ? "-0" : String(rounded);
  }
  if (verb === "f" && precision >= 0 && precision < 20 && magnitude < 1e21) {
    // JavaScript rounds as Go does, but for halves: these end with a 5 if one digit more is written.
    const longer = magnitude.toFixed(precision + 1);
    const negative = rounded < 0 || Object.is(rounded, -0);
    if (!longer.endsWith("5")) return (negative ? "-" : "") + magnitude.toFixed(precision);
  }
  const parts = floatParts(rounded, bitSize);
  const sign = parts.negative ? "-" : "";
  switch (verb) {
    case "b":
      return sign + formatBinary(parts);
    case "x":
    case "X":
      return sign + formatHex(parts, precision, verb === "X", bitSize);
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
      return sign + formatDecimal(parts, magnitude, verb, precision, bitSize);
    default:
      return `%${verb}`;
  }
}
