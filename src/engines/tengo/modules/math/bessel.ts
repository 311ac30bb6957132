/** Bessel functions of the first (J) and second (Y) kind, after FreeBSD's msun, in the order of operations of Go's package. */
import { ascending } from "./bits.ts";
import { P0, P1, Q0, Q1, type Rational } from "./bessel-coefficients.ts";
import { log } from "./exponential.ts";
import { cos, sin } from "./trigonometric.ts";

/** Takes steps from the run before they are taken: orders may be as large as an int. */
export type Burn = (steps: number) => void;

const ONE_OVER_SQRT_PI = 0.5641895835477563;
const TWO_OVER_PI = 0.6366197723675814;

function asymptotic(x: number, table: readonly Rational[]): number {
  const row = x >= 8 ? 0 : x >= 4.5454 ? 1 : x >= 2.8571 ? 2 : 3;
  const z = 1 / (x * x);
  return ascending(z, table[row]?.numerator ?? []) / ascending(z, table[row]?.denominator ?? []);
}

/** J and Y of order 0 from 2 upwards. */
function largeZero(x: number, second: boolean): number {
  const s = sin(x);
  const c = cos(x);
  let difference = s - c;
  let sum = s + c;
  if (x < Number.MAX_VALUE / 2) {
    const z = -cos(x + x);
    if (s * c < 0) sum = z / difference;
    else difference = z / sum;
  }
  const root = Math.sqrt(x);
  if (x > 2 ** 129) return (ONE_OVER_SQRT_PI * (second ? difference : sum)) / root;
  const p = 1 + asymptotic(x, P0);
  const q = (-0.125 + asymptotic(x, Q0)) / x;
  return (ONE_OVER_SQRT_PI * (second ? p * difference + q * sum : p * sum - q * difference)) / root;
}

const J0_R = [0.015624999999999995, -0.00018997929423885472, 1.8295404953270067e-6, -4.618326885321032e-9];
const J0_S = [1, 0.015619102946489001, 0.00011692678466333745, 5.135465502073181e-7, 1.1661400333379e-9];

/** J of order 0. */
export function j0(signed: number): number {
  if (Number.isNaN(signed)) return signed;
  const x = Math.abs(signed);
  if (x === Infinity) return 0;
  if (x >= 2) return largeZero(x, false);
  if (x < 2 ** -27) return 1;
  if (x < 2 ** -13) return 1 - 0.25 * x * x;
  const z = x * x;
  const ratio = (z * ascending(z, J0_R)) / ascending(z, J0_S);
  if (x < 1) return 1 + z * (-0.25 + ratio);
  const half = 0.5 * x;
  return (1 + half) * (1 - half) + z * ratio;
}

const Y0_U = [
  -0.07380429510868723, 0.17666645250918112, -0.01381856719455969, 0.00034745343209368365, -3.8140705372436416e-6,
  1.9559013703502292e-8, -3.982051941321034e-11,
];
const Y0_V = [1, 0.01273048348341237, 7.600686273503533e-5, 2.591508518404578e-7, 4.4111031133267547e-10];

/** Y of order 0. */
export function y0(x: number): number {
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === Infinity) return 0;
  if (x === 0) return -Infinity;
  if (x >= 2) return largeZero(x, true);
  if (x <= 2 ** -27) return (Y0_U[0] ?? 0) + TWO_OVER_PI * log(x);
  const z = x * x;
  return ascending(z, Y0_U) / ascending(z, Y0_V) + TWO_OVER_PI * j0(x) * log(x);
}

/** J and Y of order 1 from 2 upwards. */
function largeOne(x: number, second: boolean): number {
  const s = sin(x);
  const c = cos(x);
  let sum = -s - c;
  let difference = s - c;
  if (x < Number.MAX_VALUE / 2) {
    const z = cos(x + x);
    if (s * c > 0) difference = z / sum;
    else sum = z / difference;
  }
  const root = Math.sqrt(x);
  if (x > 2 ** 129) return (ONE_OVER_SQRT_PI * (second ? sum : difference)) / root;
  const p = 1 + asymptotic(x, P1);
  const q = (0.375 + asymptotic(x, Q1)) / x;
  return (ONE_OVER_SQRT_PI * (second ? p * sum + q * difference : p * difference - q * sum)) / root;
}

const J1_R = [-6.25e-2, 0.001407056669551897, -1.599556310840356e-5, 4.9672799960958445e-8];
const J1_S = [
  1, 0.019153759953836346, 0.00018594678558863092, 1.1771846404262368e-6, 5.0463625707621704e-9, 1.2354227442613791e-11,
];

/** J of order 1. */
export function j1(signed: number): number {
  if (Number.isNaN(signed)) return signed;
  if (signed === 0) return 0;
  const x = Math.abs(signed);
  if (x === Infinity) return 0;
  if (x >= 2) return signed < 0 ? -largeOne(x, false) : largeOne(x, false);
  // As Go: what is tiny loses its sign.
  if (x < 2 ** -27) return 0.5 * x;
  const z = x * x;
  const value = 0.5 * x + (z * ascending(z, J1_R) * x) / ascending(z, J1_S);
  return signed < 0 ? -value : value;
}

const Y1_U = [
  -0.19605709064623894, 0.05044387166398113, -0.0019125689587576355, 2.352526005616105e-5, -9.190991580398789e-8,
];
const Y1_V = [
  1, 0.01991673182366499, 0.00020255258102513517, 1.3560880109751623e-6, 6.227414523646215e-9, 1.6655924620799208e-11,
];

/** Y of order 1. */
export function y1(x: number): number {
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === Infinity) return 0;
  if (x === 0) return -Infinity;
  if (x >= 2) return largeOne(x, true);
  if (x <= 2 ** -54) return -TWO_OVER_PI / x;
  const z = x * x;
  return x * (ascending(z, Y1_U) / ascending(z, Y1_V)) + TWO_OVER_PI * (j1(x) * log(x) - 1 / x);
}

/** J or Y of an order above 1 for what is so large that only the angle counts. */
function hugeArgument(order: number, x: number, second: boolean): number {
  const s = sin(x);
  const c = cos(x);
  const first = [c + s, -c + s, -c - s, c - s];
  const other = [s - c, -s - c, -s + c, s + c];
  return (ONE_OVER_SQRT_PI * ((second ? other : first)[order % 4] ?? 0)) / Math.sqrt(x);
}

function jnForward(order: number, x: number, burn: Burn): number {
  burn(order);
  let before = j0(x);
  let value = j1(x);
  for (let index = 1; index < order; index++) {
    [before, value] = [value, value * ((index + index) / x) - before];
  }
  return value;
}

function jnTiny(order: number, x: number): number {
  if (order > 33) return 0;
  const half = x * 0.5;
  let value = half;
  let factorial = 1;
  for (let index = 2; index <= order; index++) {
    factorial *= index;
    value *= half;
  }
  return value / factorial;
}

/** Miller's way down, started where a continued fraction says. */
function jnBackward(order: number, x: number, burn: Burn): number {
  burn(order);
  const w = (order + order) / x;
  const h = 2 / x;
  let [q0, z] = [w, w + h];
  let q1 = w * z - 1;
  let k = 1;
  while (q1 < 1e9) {
    k++;
    z += h;
    [q0, q1] = [q1, z * q1 - q0];
  }
  const least = order + order;
  let t = 0;
  for (let index = 2 * (order + k); index >= least; index -= 2) t = 1 / (index / x - t);
  let a = t;
  let b = 1;
  const rescale = !(order * log(Math.abs((2 / x) * order)) < 709.782712893384);
  for (let index = order - 1; index > 0; index--) {
    [a, b] = [b, (b * (index + index)) / x - a];
    if (rescale && b > 1e100) {
      a /= b;
      t /= b;
      b = 1;
    }
  }
  return (t * j0(x)) / b;
}

/** J of any order. */
export function jn(signedOrder: number, signed: number, burn: Burn): number {
  if (Number.isNaN(signed)) return signed;
  if (signed === Infinity || signed === -Infinity) return 0;
  if (signedOrder === 0) return j0(signed);
  if (signed === 0) return 0;
  const order = Math.abs(signedOrder);
  const turned = signedOrder < 0 ? -signed : signed;
  if (order === 1) return j1(turned);
  const x = Math.abs(turned);
  let value: number;
  if (order > x) value = x < 2 ** -29 ? jnTiny(order, x) : jnBackward(order, x, burn);
  else value = x >= 2 ** 302 ? hugeArgument(order, x, false) : jnForward(order, x, burn);
  return turned < 0 && order % 2 === 1 ? -value : value;
}

/** Y of any order. */
export function yn(signedOrder: number, x: number, burn: Burn): number {
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === Infinity) return 0;
  if (signedOrder === 0) return y0(x);
  const order = Math.abs(signedOrder);
  const negative = signedOrder < 0 && order % 2 === 1;
  if (x === 0) return negative ? Infinity : -Infinity;
  let value = y1(x);
  if (order > 1 && x >= 2 ** 302) {
    value = hugeArgument(order, x, true);
  } else {
    let before = y0(x);
    for (let index = 1; index < order && value !== -Infinity; index++) {
      if (index % 1024 === 0) burn(1024);
      [before, value] = [value, ((index + index) / x) * value - before];
    }
  }
  return negative ? -value : value;
}
