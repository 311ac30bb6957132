/**
 * int64 arithmetic that wraps as Go's does. An int is a `number` while it is a safe integer, a `bigint` beyond
 * (values.ts). The machine adds and compares numbers itself; these are for what leaves the safe range.
 */

/** An int of Tengo. */
export type TengoInt = number | bigint;

/** The int for any bigint, wrapped to 64 bits. */
export function wrapInt(value: bigint): TengoInt {
  const wrapped = BigInt.asIntN(64, value);
  return wrapped >= -9007199254740991n && wrapped <= 9007199254740991n ? Number(wrapped) : wrapped;
}

/** The nearest float64. */
export function intToFloat(value: TengoInt): number {
  return Number(value);
}

const MIN_INT = -(2n ** 63n);

/** The int of a float64 as Go on amd64 converts it: towards zero; NaN and what is out of range is the least int. */
export function floatToInt(value: number): TengoInt {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) return whole === 0 ? 0 : whole;
  if (!(whole >= -(2 ** 63) && whole < 2 ** 63)) return MIN_INT;
  return wrapInt(BigInt(whole));
}

/** `a + b`. */
export function addInts(a: TengoInt, b: TengoInt): TengoInt {
  return wrapInt(BigInt(a) + BigInt(b));
}

/** `a - b`. */
export function subtractInts(a: TengoInt, b: TengoInt): TengoInt {
  return wrapInt(BigInt(a) - BigInt(b));
}

/** `a * b`. */
export function multiplyInts(a: TengoInt, b: TengoInt): TengoInt {
  return wrapInt(BigInt(a) * BigInt(b));
}

/** `a / b` towards zero; `b` is not 0. */
export function divideInts(a: TengoInt, b: TengoInt): TengoInt {
  return wrapInt(BigInt(a) / BigInt(b));
}

/** `a % b` with the sign of `a`; `b` is not 0. */
export function remainderInts(a: TengoInt, b: TengoInt): TengoInt {
  return wrapInt(BigInt(a) % BigInt(b));
}

/** `a << b`; the count is taken as a uint64, so that a negative one shifts everything out. */
export function shiftLeft(a: TengoInt, b: TengoInt): TengoInt {
  if (b < 0 || b >= 64) return 0;
  return wrapInt(BigInt(a) << BigInt(b));
}

/** `a >> b`, arithmetic; the count is taken as a uint64. */
export function shiftRight(a: TengoInt, b: TengoInt): TengoInt {
  if (b < 0 || b >= 64) return a < 0 ? -1 : 0;
  return wrapInt(BigInt(a) >> BigInt(b));
}
