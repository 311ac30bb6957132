/** The digits of a positive decimal number: `0.DIGITS * 10^point`, without zeros at the end. Zero has none. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** A float's bits: `mantissa * 2^exponent`, the mantissa with its hidden bit. */
export interface FloatParts {
  readonly negative: boolean;
  readonly mantissa: bigint;
  readonly exponent: number;
}

const view = new DataView(new ArrayBuffer(8));

/** Takes a finite float64 (or float32, whose value is exact in a float64) apart. */
export function floatParts(value: number, bitSize: 32 | 64): FloatParts {
  if (bitSize === 32) {
    view.setFloat32(0, value);
    const bits = view.getUint32(0);
    const biased = (bits >>> 23) & 0xff;
    const fraction = BigInt(bits & 0x7fffff);
    const negative = bits >>> 31 === 1;
    return { negative, mantissa: biased === 0 ? fraction : fraction | 0x800000n, exponent: Math.max(biased, 1) - 150 };
  }
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const negative = bits >> 63n === 1n;
  return { negative, mantissa: biased === 0 ? fraction : fraction | (1n << 52n), exponent: Math.max(biased, 1) - 1075 };
}

function trimmed(digits: string, point: number): Decimal {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  return end === 0 ? { digits: "", point: 0 } : { digits: digits.slice(0, end), point };
}

/** All digits of a float, which are finitely many. */
export function exactDecimal({ mantissa, exponent }: FloatParts): Decimal {
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return trimmed(digits, digits.length);
  }
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return trimmed(digits, digits.length + exponent);
}

/** Rounds to so many digits, half to even. */
export function roundDecimal(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count < 0) return { digits: "", point: 0 };
  if (count >= digits.length) return decimal;
  const next = digits.charCodeAt(count) - 0x30;
  const half = next === 5 && count + 1 === digits.length;
  const odd = count > 0 && (digits.charCodeAt(count - 1) & 1) === 1;
  if (half ? !odd : next < 5) return trimmed(digits.slice(0, count), point);
  let last = count - 1;
  while (last >= 0 && digits.charCodeAt(last) === 0x39) last--;
  if (last < 0) return { digits: "1", point: point + 1 };
  return { digits: digits.slice(0, last) + String.fromCharCode(digits.charCodeAt(last) + 1), point };
}

/** The digits and the point of a number that JavaScript writes with an exponent: `1.5e+3`. */
function fromExponential(text: string): Decimal {
  const mark = text.indexOf("e");
  const digits = text[1] === "." ? text[0] + text.slice(2, mark) : text.slice(0, mark);
  return trimmed(digits, Number(text.slice(mark + 1)) + 1);
}

/** The fewest digits that tell a positive float64 from all others. */
export function shortestDecimal64(value: number): Decimal {
  return value === 0 ? { digits: "", point: 0 } : fromExponential(value.toExponential());
}

/** The fewest digits that tell a positive float32 from all others. */
export function shortestDecimal32(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const parts = floatParts(value, 32);
  // Halfway to either neighbour, in units of a quarter of the last bit; an even mantissa owns both ends.
  const { mantissa, exponent } = parts;
  const narrow = mantissa === 0x800000n && exponent > -149;
  const low: FloatParts = { negative: false, mantissa: mantissa * 4n - (narrow ? 1n : 2n), exponent: exponent - 2 };
  const high: FloatParts = { negative: false, mantissa: mantissa * 4n + 2n, exponent: exponent - 2 };
  const [from, to, exact] = [exactDecimal(low), exactDecimal(high), exactDecimal(parts)];
  const even = mantissa % 2n === 0n;
  for (let count = 1; count < 9; count++) {
    const near = roundDecimal(exact, count);
    const inside = even
      ? compareDecimals(near, from) >= 0 && compareDecimals(near, to) <= 0
      : compareDecimals(near, from) > 0 && compareDecimals(near, to) < 0;
    if (inside) return near;
  }
  return roundDecimal(exact, 9);
}

function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.digits === "" || b.digits === "") return a.digits.length - b.digits.length;
  if (a.point !== b.point) return a.point - b.point;
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;
}
