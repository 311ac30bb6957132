/** The parts of a float64, and what is exact in them. */

const floats = new Float64Array(1);
const words = new Uint32Array(floats.buffer);
const wide = new BigUint64Array(floats.buffer);

/** The least float64 that is not denormal. */
export const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** The upper 32 bits: sign, exponent, and 20 bits of the fraction. */
export function highWord(x: number): number {
  floats[0] = x;
  return words[1] ?? 0;
}

/** A float with other upper bits. */
export function withHighWord(x: number, high: number): number {
  floats[0] = x;
  words[1] = high;
  return floats[0];
}

/** A float with its lower 32 bits cleared. */
export function withoutLowWord(x: number): number {
  floats[0] = x;
  words[0] = 0;
  return floats[0];
}

/** All 64 bits. */
export function bitsOf(x: number): bigint {
  floats[0] = x;
  return wide[0] ?? 0n;
}

/** The float of 64 bits. */
export function fromBits(bits: bigint): number {
  wide[0] = bits;
  return floats[0] ?? 0;
}

/** Whether the sign bit is set; a NaN counts as positive. */
export function signBit(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

/** `magnitude` with the sign of another. */
export function copySign(magnitude: number, sign: number): number {
  return signBit(sign) === signBit(magnitude) ? magnitude : -magnitude;
}

/** `x` with `count` added to its exponent field, unchecked. */
export function addExponent(x: number, count: number): number {
  return withHighWord(x, (highWord(x) + count * 0x100000) >>> 0);
}

/** The exponent of a finite number that is not 0, denormals included. */
export function exponentOf(x: number): number {
  const field = (highWord(x) >>> 20) & 0x7ff;
  if (field !== 0) return field - 1023;
  return ((highWord(x * 2 ** 52) >>> 20) & 0x7ff) - 1075;
}

/** `x = fraction * 2^exponent` with the fraction in [0.5, 1); 0, infinities and NaN have the exponent 0. */
export function splitFloat(x: number): { fraction: number; exponent: number } {
  if (x === 0 || !Number.isFinite(x)) return { fraction: x, exponent: 0 };
  const exponent = exponentOf(x) + 1;
  const normal = Math.abs(x) < SMALLEST_NORMAL ? x * 2 ** 52 : x;
  return { fraction: withHighWord(normal, ((highWord(normal) & 0x800fffff) | 0x3fe00000) >>> 0), exponent };
}

/** `fraction * 2^exponent`, rounded once. */
export function scaleFloat(fraction: number, exponent: number): number {
  if (fraction === 0 || !Number.isFinite(fraction)) return fraction;
  const split = splitFloat(fraction);
  const total = split.exponent - 1 + exponent;
  if (total < -1075) return copySign(0, fraction);
  if (total > 1023) return fraction < 0 ? -Infinity : Infinity;
  const normal = withHighWord(split.fraction, (highWord(split.fraction) & 0x800fffff) >>> 0);
  const place = (field: number): number => withHighWord(normal, (highWord(normal) | ((field + 1023) << 20)) >>> 0);
  return total < -1022 ? place(total + 53) * 2 ** -53 : place(total);
}

/** The next float from `x` towards `y`. */
export function nextAfter(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return x;
  if (x === 0) return copySign(Number.MIN_VALUE, y);
  return fromBits(bitsOf(x) + (y > x === x > 0 ? 1n : -1n));
}

function twoSum(a: number, b: number): { sum: number; rest: number } {
  const sum = a + b;
  const part = sum - a;
  return { sum, rest: a - (sum - part) + (b - part) };
}

const SPLITTER = 2 ** 27 + 1;

function twoProduct(a: number, b: number): { product: number; rest: number } {
  const product = a * b;
  const bigA = a * SPLITTER;
  const bigB = b * SPLITTER;
  const highA = bigA - (bigA - a);
  const highB = bigB - (bigB - b);
  const lowA = a - highA;
  const lowB = b - highB;
  return { product, rest: lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB) };
}

function addToOdd(a: number, b: number): number {
  const { sum, rest } = twoSum(a, b);
  if (rest === 0 || (bitsOf(sum) & 1n) === 1n) return sum;
  return nextAfter(sum, rest > 0 ? Infinity : -Infinity);
}

/** `a * b + c` rounded once, for numbers far from overflow and underflow (Boldo and Melquiond's way over an odd rounding). */
export function multiplyAdd(a: number, b: number, c: number): number {
  const { product, rest } = twoProduct(a, b);
  const low = twoSum(c, rest);
  const high = twoSum(product, low.sum);
  return high.sum + addToOdd(high.rest, low.rest);
}

/** `c[0] + x*(c[1] + x*(…))`. */
export function ascending(x: number, coefficients: readonly number[]): number {
  let sum = coefficients[coefficients.length - 1] ?? 0;
  for (let index = coefficients.length - 2; index >= 0; index--) sum = (coefficients[index] ?? 0) + x * sum;
  return sum;
}

/** `((c[0]*x + c[1])*x + …)`. */
export function descending(x: number, coefficients: readonly number[]): number {
  let sum = coefficients[0] ?? 0;
  for (let index = 1; index < coefficients.length; index++) sum = sum * x + (coefficients[index] ?? 0);
  return sum;
}
