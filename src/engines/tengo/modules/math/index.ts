/**
 * The module `math`: 53 functions and 25 constants. Results are those of Go's package on amd64 bit for bit, with the
 * fused multiplication that its `exp` uses there.
 */
import { intToFloat } from "../../integers.ts";
import { TengoFloat, type NativeBody, type TengoValue } from "../../values.ts";
import { expectCount, floatArgument, functions, intArgument } from "../arguments.ts";
import { j0, j1, jn, y0, y1, yn, type Burn } from "./bessel.ts";
import { copySign, exponentOf, nextAfter, scaleFloat, signBit } from "./bits.ts";
import * as exponential from "./exponential.ts";
import { erf, erfc, gamma } from "./special.ts";
import * as trigonometric from "./trigonometric.ts";

const FLOATS: Readonly<Record<string, number>> = {
  e: 2.718281828459045,
  pi: 3.141592653589793,
  phi: 1.618033988749895,
  sqrt2: 1.4142135623730951,
  sqrtE: 1.6487212707001282,
  sqrtPi: 1.772453850905516,
  sqrtPhi: 1.272019649514069,
  ln2: 0.6931471805599453,
  log2E: 1.4426950408889634,
  ln10: 2.302585092994046,
  log10E: 0.4342944819032518,
  maxFloat32: 3.4028234663852886e38,
  smallestNonzeroFloat32: 1.401298464324817e-45,
  maxFloat64: 1.7976931348623157e308,
  smallestNonzeroFloat64: 5e-324,
};

const INTS: Readonly<Record<string, number | bigint>> = {
  maxInt: 9223372036854775807n,
  minInt: -9223372036854775808n,
  maxInt8: 127,
  minInt8: -128,
  maxInt16: 32767,
  minInt16: -32768,
  maxInt32: 2147483647,
  minInt32: -2147483648,
  maxInt64: 9223372036854775807n,
  minInt64: -9223372036854775808n,
};

function dim(x: number, y: number): number {
  const difference = x - y;
  return difference <= 0 ? 0 : difference;
}

function max(x: number, y: number): number {
  return x === Infinity || y === Infinity ? Infinity : Math.max(x, y);
}

function min(x: number, y: number): number {
  return x === -Infinity || y === -Infinity ? -Infinity : Math.min(x, y);
}

function logb(x: number): number {
  if (x === 0) return -Infinity;
  if (Number.isNaN(x)) return x;
  return Number.isFinite(x) ? exponentOf(x) : Infinity;
}

function ilogb(x: number): number {
  if (x === 0) return -(2 ** 31);
  return Number.isFinite(x) ? exponentOf(x) : 2 ** 31 - 1;
}

/** IEEE's remainder: of the nearest multiple, the even one where two are as near. */
function remainder(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y) || !Number.isFinite(x) || y === 0) return Number.NaN;
  if (!Number.isFinite(y)) return x;
  const step = Math.abs(y);
  let rest = x < 0 ? -x : x;
  if (rest === step) return x < 0 ? -0 : 0;
  if (step <= Number.MAX_VALUE / 2) rest %= step + step;
  if (step < 4.450147717014403e-308) {
    if (rest + rest > step) {
      rest -= step;
      if (rest + rest >= step) rest -= step;
    }
  } else if (rest > 0.5 * step) {
    rest -= step;
    if (rest >= 0.5 * step) rest -= step;
  }
  return x < 0 ? -rest : rest;
}

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  acos: trigonometric.acos,
  acosh: exponential.acosh,
  asin: trigonometric.asin,
  asinh: exponential.asinh,
  atan: trigonometric.atan,
  atanh: exponential.atanh,
  cbrt: exponential.cbrt,
  ceil: Math.ceil,
  cos: trigonometric.cos,
  cosh: exponential.cosh,
  erf,
  erfc,
  exp: exponential.exp,
  exp2: exponential.exp2,
  expm1: exponential.expm1,
  floor: Math.floor,
  gamma,
  j0,
  j1,
  log: exponential.log,
  log10: exponential.log10,
  log1p: exponential.log1p,
  log2: exponential.log2,
  logb,
  sin: trigonometric.sin,
  sinh: exponential.sinh,
  sqrt: Math.sqrt,
  tan: trigonometric.tan,
  tanh: exponential.tanh,
  trunc: Math.trunc,
  y0,
  y1,
};

const BINARY: Readonly<Record<string, (x: number, y: number) => number>> = {
  atan2: trigonometric.atan2,
  copysign: copySign,
  dim,
  hypot: exponential.hypot,
  max,
  min,
  mod: (x, y) => x % y,
  nextafter: nextAfter,
  pow: exponential.pow,
  remainder,
};

const BY_ORDER: Readonly<Record<string, (order: number, x: number, burn: Burn) => number>> = { jn, yn };

/** Go adds the number's own exponent as an int64, which may wrap around. */
function ldexp(fraction: number, exponent: number | bigint): number {
  if (fraction === 0 || !Number.isFinite(fraction)) return fraction;
  const own = exponentOf(fraction);
  const total = BigInt.asIntN(64, BigInt(exponent) + BigInt(own));
  return scaleFloat(fraction, clampedExponent(total) - own);
}

/** Exponents beyond what a float can use are all the same. */
function clampedExponent(value: number | bigint): number {
  return Math.max(-100_000, Math.min(100_000, intToFloat(value)));
}

const OTHERS: Readonly<Record<string, NativeBody>> = {
  ilogb(args) {
    expectCount(args, 1);
    return ilogb(floatArgument(args, 0));
  },
  inf(args) {
    expectCount(args, 1);
    return new TengoFloat(intArgument(args, 0) >= 0 ? Infinity : -Infinity);
  },
  is_inf(args) {
    expectCount(args, 2);
    const value = floatArgument(args, 0);
    const sign = intArgument(args, 1);
    return (sign >= 0 && value === Infinity) || (sign <= 0 && value === -Infinity);
  },
  is_nan(args) {
    expectCount(args, 1);
    return Number.isNaN(floatArgument(args, 0));
  },
  ldexp(args) {
    expectCount(args, 2);
    return new TengoFloat(ldexp(floatArgument(args, 0), intArgument(args, 1)));
  },
  nan(args) {
    expectCount(args, 0);
    return new TengoFloat(Number.NaN);
  },
  pow10(args) {
    expectCount(args, 1);
    return new TengoFloat(exponential.pow10(clampedExponent(intArgument(args, 0))));
  },
  signbit(args) {
    expectCount(args, 1);
    return signBit(floatArgument(args, 0));
  },
};

/** The members of the module. */
export function makeMath(): ReadonlyMap<string, TengoValue> {
  const bodies: Record<string, NativeBody> = { ...OTHERS };
  for (const [name, compute] of Object.entries(UNARY)) {
    bodies[name] = (args) => {
      expectCount(args, 1);
      return new TengoFloat(compute(floatArgument(args, 0)));
    };
  }
  for (const [name, compute] of Object.entries(BINARY)) {
    bodies[name] = (args) => {
      expectCount(args, 2);
      return new TengoFloat(compute(floatArgument(args, 0), floatArgument(args, 1)));
    };
  }
  for (const [name, compute] of Object.entries(BY_ORDER)) {
    bodies[name] = (args, context) => {
      expectCount(args, 2);
      const order = intToFloat(intArgument(args, 0));
      return new TengoFloat(compute(order, floatArgument(args, 1), (steps) => context.burn(steps)));
    };
  }
  const members = new Map<string, TengoValue>(Object.entries(INTS));
  for (const [name, value] of Object.entries(FLOATS)) members.set(name, new TengoFloat(value));
  return new Map([...members, ...functions(bodies)]);
}
