import { wrapInt, type TengoInt } from "../integers.ts";
import { TengoTime } from "../values.ts";

const NANOSECONDS = 1_000_000_000n;
const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

/** A time so many nanoseconds later. */
export function addNanoseconds(time: TengoTime, nanoseconds: bigint): TengoTime {
  const total = BigInt(time.nanoseconds) + nanoseconds;
  const rest = ((total % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  const seconds = BigInt(time.seconds) + (total - rest) / NANOSECONDS;
  return new TengoTime(Number(seconds), Number(rest), time.location);
}

/** The nanoseconds from `right` to `left`; beyond an int64 the nearest one. */
export function subtractTimes(left: TengoTime, right: TengoTime): TengoInt {
  const seconds = BigInt(left.seconds) - BigInt(right.seconds);
  const difference = seconds * NANOSECONDS + BigInt(left.nanoseconds - right.nanoseconds);
  return wrapInt(difference > MOST ? MOST : difference < LEAST ? LEAST : difference);
}

/** Negative, zero or positive as `left` is before, at or after `right`. */
export function compareTimes(left: TengoTime, right: TengoTime): number {
  return left.seconds - right.seconds || left.nanoseconds - right.nanoseconds;
}
