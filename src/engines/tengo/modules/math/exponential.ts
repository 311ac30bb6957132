/** Exponentials, logarithms, powers and hyperbolic functions, in the order of operations of Go's package on amd64. */
import {
  addExponent,
  ascending,
  bitsOf,
  copySign,
  descending,
  fromBits,
  highWord,
  multiplyAdd,
  scaleFloat,
  splitFloat,
} from "./bits.ts";

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG2E = 1.4426950408889634;
const LN2 = 0.6931471805599453;

function roundToEven(x: number): number {
  const whole = Math.floor(x);
  const rest = x - whole;
  if (rest < 0.5 || (rest === 0.5 && whole % 2 === 0)) return whole;
  return whole + 1;
}

/** Multiplies by a power of two as the assembly of `exp` does: beneath 2^-1074 everything is 0. */
function scaleExponential(x: number, exponent: number): number {
  const field = exponent + 0x3ff;
  if (field >= 0x7ff) return Infinity;
  if (field > 0) return x * 2 ** exponent;
  return field < -52 ? 0 : x * 2 ** (field - 1) * 2 ** -1022;
}

// A sixteenth of the reduced argument, a Taylor series of it, and four doublings of e^x - 1.
const EXP_SERIES = [
  2.48015873015873e-5, 0.0001984126984126984, 0.001388888888888889, 0.008333333333333333, 0.041666666666666664,
  0.16666666666666666, 0.5, 1,
];

/** `e^x` as Go's assembly has it where the processor can fuse multiplication and addition. */
export function exp(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x > 7.09782712893384e2) return Infinity;
  if (x < -800) return 0;
  const count = roundToEven(LOG2E * x);
  let rest = multiplyAdd(-count, 0.693147180559663, x);
  rest = multiplyAdd(-count, 2.8235290563031577e-13, rest) * 0.0625;
  let series = EXP_SERIES[0] ?? 0;
  for (let index = 1; index < EXP_SERIES.length; index++) {
    series = multiplyAdd(rest, series, EXP_SERIES[index] ?? 0);
  }
  let result = rest * series;
  for (let doubling = 0; doubling < 3; doubling++) result *= result + 2;
  return scaleExponential(multiplyAdd(result + 2, result, 1), count);
}

const EXP2_SERIES = [
  0.16666666666666666, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
];

/** `2^x`. */
export function exp2(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x > 1023.9999999999999) return Infinity;
  if (x < -1.074e3) return 0;
  const count = Math.trunc(x > 0 ? x + 0.5 : x - 0.5);
  const rest = x - count;
  const high = rest * LN2_HIGH;
  const low = -rest * LN2_LOW;
  const sum = high - low;
  const square = sum * sum;
  const correction = sum - square * ascending(square, EXP2_SERIES);
  return scaleFloat(1 - (low - (sum * correction) / (2 - correction) - high), count);
}

const EXPM1_SERIES = [
  1, -0.03333333333333313, 0.0015873015872548146, -7.93650757867488e-5, 4.008217827329362e-6, -2.0109921818362437e-7,
];

function expm1Count(x: number, magnitude: number): number {
  if (magnitude <= 0.34657359027997264) return 0;
  if (magnitude < 1.0397207708399179) return x < 0 ? -1 : 1;
  return Math.trunc(x < 0 ? LOG2E * x - 0.5 : LOG2E * x + 0.5);
}

/** `e^x - 1`, exact also near 0. */
export function expm1(x: number): number {
  const magnitude = Math.abs(x);
  if (x === Infinity || Number.isNaN(x)) return x;
  if (magnitude >= 38.816242111356935) {
    if (x < 0) return -1;
    if (magnitude >= 709.782712893384) return Infinity;
  }
  if (magnitude < 2 ** -54) return x;
  const count = expm1Count(x, magnitude);
  const high = count === 0 ? x : x - count * LN2_HIGH;
  const low = count * LN2_LOW;
  const rest = high - low;
  const error = high - rest - low;
  const half = 0.5 * rest;
  const square = rest * half;
  const series = ascending(square, EXPM1_SERIES);
  const term = 3 - series * half;
  const part = square * ((series - term) / (6 - rest * term));
  if (count === 0) return rest - (rest * part - square);
  return expm1Scaled(rest, rest * (part - error) - error - square, count);
}

function expm1Scaled(x: number, part: number, count: number): number {
  if (count === -1) return 0.5 * (x - part) - 0.5;
  if (count === 1) return x < -0.25 ? -2 * (part - (x + 0.5)) : 1 + 2 * (x - part);
  if (count <= -2 || count > 56) return addExponent(1 - (part - x), count) - 1;
  if (count < 20) return addExponent(1 - 2 ** -count - (part - x), count);
  return addExponent(x - (part + 2 ** -count) + 1, count);
}

const LOG_ODD = [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586];
const LOG_EVEN = [0.3999999999940942, 0.22222198432149784, 0.15313837699209373];

/** The natural logarithm. */
export function log(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  // As the assembly: the exponent field and the fraction of a denormal are taken as if it were a normal number.
  const high = highWord(x);
  let count = (high >>> 20) - 0x3fe;
  let fraction = fromBits((bitsOf(x) & 0xfffffffffffffn) | 0x3fe0000000000000n);
  if (fraction <= 0.7071067811865476) {
    fraction *= 2;
    count--;
  }
  const f = fraction - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const sum = s2 * ascending(s4, LOG_ODD) + s4 * ascending(s4, LOG_EVEN);
  const half = 0.5 * f * f;
  return count * LN2_HIGH - (half - (s * (half + sum) + count * LN2_LOW) - f);
}

/** The logarithm to base 10. */
export function log10(x: number): number {
  return log(x) * 0.4342944819032518;
}

/** The logarithm to base 2, exact for powers of two. */
export function log2(x: number): number {
  const { fraction, exponent } = splitFloat(x);
  if (fraction === 0.5) return exponent - 1;
  return log(fraction) * 1.4426950408889634 + exponent;
}

const LOG1P_SERIES = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
];

/** `log(1 + x)`, exact also near 0. */
export function log1p(x: number): number {
  if (x < -1 || Number.isNaN(x)) return Number.NaN;
  if (x === -1) return -Infinity;
  if (x === Infinity) return Infinity;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -54) return x;
  if (magnitude < 2 ** -29) return x - x * x * 0.5;
  if (magnitude < 0.41421356237309503 && x > -0.2928932188134525) return log1pOf(x, 0, 0, false);
  const sum = magnitude < 2 ** 53 ? 1 + x : x;
  const bits = bitsOf(sum);
  const exponent = Number(bits >> 52n) - 1023;
  const error = magnitude < 2 ** 53 ? (exponent > 0 ? 1 - (sum - x) : x - (sum - 1)) / sum : 0;
  const fraction = bits & 0xfffffffffffffn;
  if (fraction < 0x6a09e667f3bcdn) {
    const normal = fromBits(fraction | 0x3ff0000000000000n);
    return log1pOf(normal - 1, exponent, error, fraction === 0n);
  }
  const normal = fromBits(fraction | 0x3fe0000000000000n);
  return log1pOf(normal - 1, exponent + 1, error, (0x10000000000000n - fraction) >> 2n === 0n);
}

function log1pOf(f: number, count: number, error: number, tiny: boolean): number {
  const half = 0.5 * f * f;
  const low = count * LN2_LOW + error;
  if (tiny) {
    if (f === 0) return count === 0 ? 0 : count * LN2_HIGH + (error + count * LN2_LOW);
    const rest = half * (1 - 0.6666666666666666 * f);
    return count === 0 ? f - rest : count * LN2_HIGH - (rest - low - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const sum = z * ascending(z, LOG1P_SERIES);
  if (count === 0) return f - (half - s * (half + sum));
  return count * LN2_HIGH - (half - (s * (half + sum) + low) - f);
}

function isOdd(x: number): boolean {
  return Math.abs(x) % 2 === 1;
}

function powOfZero(x: number, y: number): number {
  if (y < 0) return isOdd(y) ? copySign(Infinity, x) : Infinity;
  return isOdd(y) ? x : 0;
}

function powBeyond(x: number, grows: boolean): number {
  if (x === -1) return 1;
  return Math.abs(x) < 1 === grows ? 0 : Infinity;
}

/** `x^y`. */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === 0) return powOfZero(x, y);
  if (y === Infinity || y === -Infinity) return powBeyond(x, y > 0);
  if (x === -Infinity) return pow(1 / x, -y);
  if (x === Infinity) return y < 0 ? 0 : Infinity;
  if (y === 0.5) return Math.sqrt(x);
  if (y === -0.5) return 1 / Math.sqrt(x);
  const whole = Math.trunc(Math.abs(y));
  const rest = Math.abs(y) - whole;
  if (rest !== 0 && x < 0) return Number.NaN;
  if (whole >= 2 ** 63) return powBeyond(x, y > 0);
  return powFinite(x, y, whole, rest);
}

function powFinite(x: number, y: number, whole: number, rest: number): number {
  const up = rest > 0.5;
  let mantissa = rest === 0 ? 1 : exp((up ? rest - 1 : rest) * log(x));
  let exponent = 0;
  const split = splitFloat(x);
  let base = split.fraction;
  let baseExponent = split.exponent;
  for (let left = up ? whole + 1 : whole; left !== 0; left = Math.floor(left / 2)) {
    if (Math.abs(baseExponent) > 4096) {
      exponent += baseExponent;
      break;
    }
    if (left % 2 === 1) {
      mantissa *= base;
      exponent += baseExponent;
    }
    base *= base;
    baseExponent *= 2;
    if (base < 0.5) {
      base += base;
      baseExponent--;
    }
  }
  return y < 0 ? scaleFloat(1 / mantissa, -exponent) : scaleFloat(mantissa, exponent);
}

const POW10 = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31,
];
const POW10_32 = [1, 1e32, 1e64, 1e96, 1e128, 1e160, 1e192, 1e224, 1e256, 1e288];
const POW10_NEGATIVE_32 = [1, 1e-32, 1e-64, 1e-96, 1e-128, 1e-160, 1e-192, 1e-224, 1e-256, 1e-288, 1e-320];

/** `10^n`. */
export function pow10(n: number): number {
  const steps = Math.floor(Math.abs(n) / 32);
  const rest = POW10[Math.abs(n) % 32] ?? 1;
  if (n >= 0) return n <= 308 ? (POW10_32[steps] ?? 0) * rest : Infinity;
  return n >= -323 ? (POW10_NEGATIVE_32[steps] ?? 0) / rest : 0;
}

/** The cube root. */
export function cbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const value = Math.abs(x);
  let root = fromBits(bitsOf(value) / 3n + (715_094_163n << 32n));
  if (value < 2.2250738585072014e-308) {
    root = fromBits(bitsOf(2 ** 54 * value) / 3n + (696_219_795n << 32n));
  }
  const ratio = (root * root) / value;
  const sum = 0.5428571428571428 + ratio * root;
  root *= 0.35714285714285715 + 1.6071428571428572 / (sum + 1.4142857142857144 + -0.7053061224489796 / sum);
  root = fromBits((bitsOf(root) & (0xffffffffcn << 28n)) + (1n << 30n));
  const square = root * root;
  const quotient = value / square;
  root += root * ((quotient - root) / (root + root + quotient));
  return x < 0 ? -root : root;
}

/** `sqrt(x*x + y*y)` as Go's assembly has it. */
export function hypot(x: number, y: number): number {
  const a = Math.abs(x);
  const b = Math.abs(y);
  if (a === Infinity || b === Infinity) return Infinity;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a === 0 && b === 0) return 0;
  const most = Math.max(a, b);
  const ratio = Math.min(a, b) / most;
  return most * Math.sqrt(ratio * ratio + 1);
}

const SINH_P = [-26.30563213397497, -2894.211355989564, -89912.72022039509, -630767.3640497717];
const SINH_Q = [1, -173.6789535582337, 15215.17378790019, -630767.3640497717];

/** The hyperbolic sine. */
export function sinh(x: number): number {
  const value = x < 0 ? -x : x;
  let result: number;
  if (value > 21) {
    result = exp(value) * 0.5;
  } else if (value > 0.5) {
    const power = exp(value);
    result = (power - 1 / power) * 0.5;
  } else {
    const square = value * value;
    result = (descending(square, SINH_P) * value) / descending(square, SINH_Q);
  }
  return x < 0 ? -result : result;
}

/** The hyperbolic cosine. */
export function cosh(x: number): number {
  const power = exp(Math.abs(x));
  return Math.abs(x) > 21 ? power * 0.5 : (power + 1 / power) * 0.5;
}

const TANH_P = [-0.9643991794250523, -99.28772310019185, -1614.6876844170845];
const TANH_Q = [1, 112.81167849163293, 2235.4883906010045, 4844.063053251255];

/** The hyperbolic tangent. */
export function tanh(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude > 0.5 * 88.02969193111305) return x < 0 ? -1 : 1;
  if (magnitude >= 0.625) {
    const result = 1 - 2 / (exp(2 * magnitude) + 1);
    return x < 0 ? -result : result;
  }
  if (x === 0) return x;
  const square = x * x;
  return x + (x * square * descending(square, TANH_P)) / descending(square, TANH_Q);
}

/** The inverse hyperbolic sine. */
export function asinh(x: number): number {
  if (!Number.isFinite(x)) return x;
  const value = x < 0 ? -x : x;
  let result = value;
  if (value > 2 ** 28) result = log(value) + LN2;
  else if (value > 2) result = log(2 * value + 1 / (Math.sqrt(value * value + 1) + value));
  else if (value >= 2 ** -28) result = log1p(value + (value * value) / (1 + Math.sqrt(1 + value * value)));
  return x < 0 ? -result : result;
}

/** The inverse hyperbolic cosine. */
export function acosh(x: number): number {
  if (x < 1 || Number.isNaN(x)) return Number.NaN;
  if (x === 1) return 0;
  if (x >= 2 ** 28) return log(x) + LN2;
  if (x > 2) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  const rest = x - 1;
  return log1p(rest + Math.sqrt(2 * rest + rest * rest));
}

/** The inverse hyperbolic tangent. */
export function atanh(x: number): number {
  if (x < -1 || x > 1 || Number.isNaN(x)) return Number.NaN;
  if (x === 1 || x === -1) return x * Infinity;
  const value = x < 0 ? -x : x;
  let result = value;
  if (value >= 2 ** -28) {
    const twice = value + value;
    const inner = value < 0.5 ? twice + (twice * value) / (1 - value) : twice / (1 - value);
    result = 0.5 * log1p(inner);
  }
  return x < 0 ? -result : result;
}
