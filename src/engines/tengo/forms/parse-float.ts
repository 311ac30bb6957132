import { INVALID_SYNTAX, NumberFault, OUT_OF_RANGE } from "./number-fault.ts";
import { underscoresFit } from "./parse-int.ts";

const DECIMAL = /^[+-]?(?:[0-9_]*\.?[0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?$/;
const HEX = /^([+-]?)0[xX]([0-9a-fA-F_]*)(?:\.([0-9a-fA-F_]*))?[pP]([+-]?[0-9][0-9_]*)$/;
const SPECIAL = /^(?:[+-]?inf(?:inity)?|nan)$/i;

/** No float32, and nothing halfway between two, has more digits: beyond, it only counts whether any is left. */
const ENOUGH_DIGITS = 200;

/** `mantissa * 2^exponent` as the nearest float with so many bits of mantissa, half to even; Infinity beyond all. */
function roundBinary(mantissa: bigint, exponent: number, bitSize: 32 | 64): number {
  if (mantissa === 0n) return 0;
  const [bits, least, most] = bitSize === 32 ? [24, -149, 127] : [53, -1074, 1023];
  const length = mantissa.toString(2).length;
  if (length + exponent - 1 > most) return Infinity;
  if (length + exponent < least) return 0;
  const drop = Math.max(length - bits, least - exponent);
  let kept = mantissa;
  let scale = exponent;
  if (drop > 0) {
    const shift = BigInt(drop);
    kept = mantissa >> shift;
    const rest = mantissa - (kept << shift);
    const half = 1n << (shift - 1n);
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept++;
    scale += drop;
  }
  // Both factors and the product are exact, in two steps because 2^-1074 times 2^53 would pass through 2^-1074.
  const whole = Number(kept);
  const value =
    scale < -1000
      ? whole * 2 ** (scale + 100) * 2 ** -100
      : scale > 900
        ? whole * 2 ** 900 * 2 ** (scale - 900)
        : whole * 2 ** scale;
  return bitSize === 32 && value >= 2 ** 128 ? Infinity : value;
}

/** `digits * 10^exponent` as the nearest float32. A float64 between would round twice. */
function decimalToFloat32(text: string): number {
  const match = /^([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$/.exec(text);
  if (match === null) return 0;
  let digits = `${match[1]}${match[2]}`.replace(/^0+/, "");
  let exponent = Number(match[3] ?? 0) - (match[2] ?? "").length;
  if (digits.length > ENOUGH_DIGITS) {
    exponent += digits.length - ENOUGH_DIGITS - 1;
    digits = `${digits.slice(0, ENOUGH_DIGITS)}${/[1-9]/.test(digits.slice(ENOUGH_DIGITS)) ? "1" : "0"}`;
  }
  if (digits === "" || digits.length + exponent < -60) return 0;
  if (digits.length + exponent > 60) return Infinity;
  if (exponent >= 0) return roundBinary(BigInt(digits) * 10n ** BigInt(exponent), 0, 32);
  // Enough bits below the point, and one more that says whether anything is left.
  const divisor = 10n ** BigInt(-exponent);
  const shift = Math.ceil(-exponent * 3.33) + 64;
  const scaled = BigInt(digits) << BigInt(shift);
  const quotient = scaled / divisor;
  const sticky = quotient * divisor === scaled ? 0n : 1n;
  return roundBinary(quotient * 2n + sticky, -shift - 1, 32);
}

function parseHexFloat(match: RegExpExecArray, bitSize: 32 | 64): number | undefined {
  const whole = (match[2] ?? "").replaceAll("_", "");
  const fraction = (match[3] ?? "").replaceAll("_", "");
  const digits = whole + fraction;
  if (digits === "") return undefined;
  const given = Number((match[4] ?? "").replaceAll("_", ""));
  const exponent = Math.max(-20000, Math.min(20000, given)) - fraction.length * 4;
  const magnitude = roundBinary(BigInt(`0x${digits}`), exponent, bitSize);
  return match[1] === "-" ? -magnitude : magnitude;
}

function parseFinite(text: string, bitSize: 32 | 64): number | undefined {
  const hex = HEX.exec(text);
  if (hex !== null) return parseHexFloat(hex, bitSize);
  if (!DECIMAL.test(text) || !/^[+-]?\.?[0-9]/.test(text)) return undefined;
  const plain = text.replaceAll("_", "");
  if (bitSize === 64) return Number(plain);
  const negative = plain[0] === "-";
  const magnitude = decimalToFloat32(plain.replace(/^[+-]/, ""));
  return negative ? -magnitude : magnitude;
}

/** Go's `strconv.ParseFloat`: decimal and hexadecimal floats, `inf`, `infinity` and `nan` in any case. */
export function parseFloat64(text: string, bitSize: 32 | 64 = 64): number | NumberFault {
  if (SPECIAL.test(text)) {
    if (/nan/i.test(text)) return NaN;
    return text[0] === "-" ? -Infinity : Infinity;
  }
  const value = parseFinite(text, bitSize);
  if (value === undefined || (text.includes("_") && !underscoresFit(text))) return new NumberFault(INVALID_SYNTAX);
  return Number.isFinite(value) ? value : new NumberFault(OUT_OF_RANGE, value);
}
