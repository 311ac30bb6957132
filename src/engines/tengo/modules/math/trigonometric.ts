/** Trigonometric functions after Cephes, in the order of operations of Go's package. */
import { bitsOf, copySign, descending, fromBits, signBit } from "./bits.ts";

const QUARTER_PI = Math.PI / 4;
const FOUR_OVER_PI = 1.2732395447351628;
const PI4A = 0.7853981256484985;
const PI4B = 3.774894707930798e-8;
const PI4C = 2.6951514290790595e-15;

const SIN = [
  1.5896230157654656e-10, -2.5050747762857807e-8, 2.7557313621385722e-6, -0.0001984126982958954, 0.008333333333322118,
  -0.1666666666666663,
];
const COS = [
  -1.1358536521387682e-11, 2.087570084197473e-9, -2.755731417929674e-7, 2.4801587288851704e-5, -0.0013888888888873056,
  0.041666666666666595,
];

// 4/pi in binary, 64 bits a word, the point after the first word.
const FOUR_OVER_PI_BITS = BigInt(
  "0x000000000000000145f306dc9c882a53f84eafa3ea69bb81b6c52b3278872083fca2c757bd778ac36e48dc74849ba5c00c925dd413a32439" +
    "fc3bd63962534e7dd1046bea5d768909d338e04d68befc827323ac7306a673e93908bf177bf250763ff12fffbc0b301fde5e2316b414da3e" +
    "da6cfd9e4f96136e9e8c7ecd3cbfd45aea4f758fd7cbe2f67a0e73ef14a525d4d7f6bf623f1aba10ac06608df8f6d757",
);
const FOUR_OVER_PI_LENGTH = 20 * 64;

interface Reduced {
  /** Which octant, modulo 8, made even. */
  readonly octant: number;
  readonly rest: number;
}

/** Payne and Hanek's reduction for what is too large to subtract multiples of pi/4 from. */
function reduceLarge(x: number): Reduced {
  const bits = bitsOf(x);
  const exponent = Number((bits >> 52n) & 0x7ffn) - 1023 - 52;
  const fraction = (bits & 0xfffffffffffffn) | 0x10000000000000n;
  const offset = exponent + 61;
  const word = (index: number): bigint =>
    BigInt.asUintN(64, FOUR_OVER_PI_BITS >> BigInt(FOUR_OVER_PI_LENGTH - offset - (index + 1) * 64));
  const low = BigInt.asUintN(64, word(1) * fraction) + ((word(2) * fraction) >> 64n);
  const high = BigInt.asUintN(64, word(0) * fraction + ((word(1) * fraction) >> 64n) + (low >> 64n));
  const octant = Number(high >> 61n);
  let rest = BigInt.asUintN(128, ((high << 64n) | BigInt.asUintN(64, low)) << 3n) >> 64n;
  const tail = BigInt.asUintN(64, low << 3n);
  const zeros = 64 - (rest === 0n ? 0 : rest.toString(2).length);
  rest = BigInt.asUintN(64, ((rest << 64n) | tail) >> BigInt(63 - zeros)) >> 12n;
  const value = fromBits(rest | (BigInt(1023 - zeros - 1) << 52n));
  return octant % 2 === 1
    ? { octant: (octant + 1) % 8, rest: (value - 1) * QUARTER_PI }
    : { octant, rest: value * QUARTER_PI };
}

function reduce(x: number): Reduced {
  if (x >= 2 ** 29) return reduceLarge(x);
  const whole = Math.trunc(x * FOUR_OVER_PI);
  const even = whole % 2 === 1 ? whole + 1 : whole;
  return { octant: even % 8, rest: x - even * PI4A - even * PI4B - even * PI4C };
}

function sinSeries(z: number): number {
  const square = z * z;
  return z + z * square * descending(square, SIN);
}

function cosSeries(z: number): number {
  const square = z * z;
  return 1 - 0.5 * square + square * square * descending(square, COS);
}

/** The sine. */
export function sin(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const { octant, rest } = reduce(Math.abs(x));
  const half = octant % 4;
  const value = half === 1 || half === 2 ? cosSeries(rest) : sinSeries(rest);
  return x < 0 === octant > 3 ? value : -value;
}

/** The cosine. */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const { octant, rest } = reduce(Math.abs(x));
  const half = octant % 4;
  const value = half === 1 || half === 2 ? sinSeries(rest) : cosSeries(rest);
  return octant > 3 === half > 1 ? value : -value;
}

const TAN_P = [-13093.693918138379, 1153516.6483858742, -17956525.197648488];
const TAN_Q = [1, 13681.296347069296, -1320892.3444021097, 25008380.18233579, -53869575.592945464];

/** The tangent. */
export function tan(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const { octant, rest } = reduce(Math.abs(x));
  const square = rest * rest;
  let value = rest;
  if (square > 1e-14) {
    value = rest + rest * ((square * descending(square, TAN_P)) / descending(square, TAN_Q));
  }
  if (octant % 4 >= 2) value = -1 / value;
  return x < 0 ? -value : value;
}

const ATAN_P = [-0.8750608600031904, -16.157537187333652, -75.00855792314705, -122.88666844901361, -64.85021904942025];
const ATAN_Q = [1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614];

function atanSeries(x: number): number {
  const square = x * x;
  return x * ((square * descending(square, ATAN_P)) / descending(square, ATAN_Q)) + x;
}

function atanPositive(x: number): number {
  const more = 6.123233995736766e-17;
  if (x <= 0.66) return atanSeries(x);
  if (x > 2.414213562373095) return Math.PI / 2 - atanSeries(1 / x) + more;
  return QUARTER_PI + atanSeries((x - 1) / (x + 1)) + 0.5 * more;
}

/** The inverse tangent. */
export function atan(x: number): number {
  if (x === 0) return x;
  return x > 0 ? atanPositive(x) : -atanPositive(-x);
}

/** The inverse sine. */
export function asin(x: number): number {
  if (x === 0) return x;
  const value = x < 0 ? -x : x;
  if (value > 1) return Number.NaN;
  const other = Math.sqrt(1 - value * value);
  const result = value > 0.7 ? Math.PI / 2 - atanPositive(other / value) : atanPositive(value / other);
  return x < 0 ? -result : result;
}

/** The inverse cosine. */
export function acos(x: number): number {
  return Math.PI / 2 - asin(x);
}

/** The angle of a point, by the signs of both. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(y) || Number.isNaN(x)) return Number.NaN;
  if (y === 0) return copySign(x >= 0 && !signBit(x) ? 0 : Math.PI, y);
  if (x === 0) return copySign(Math.PI / 2, y);
  const steep = y === Infinity || y === -Infinity;
  if (x === Infinity) return copySign(steep ? QUARTER_PI : 0, y);
  if (x === -Infinity) return copySign(steep ? 2.356194490192345 : Math.PI, y);
  if (steep) return copySign(Math.PI / 2, y);
  const angle = atan(y / x);
  if (x >= 0) return angle;
  return angle <= 0 ? angle + Math.PI : angle - Math.PI;
}
