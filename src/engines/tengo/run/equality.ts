import type { RunContext } from "../context.ts";
import { TengoRuntimeError } from "../errors.ts";
import { MAX_DEPTH } from "../forms/index.ts";
import { BYTES_A_STEP } from "./meter.ts";
import { intToFloat } from "../integers.ts";
import {
  TengoArray,
  TengoBytes,
  TengoChar,
  TengoError,
  TengoFloat,
  TengoMap,
  TengoTime,
  type TengoValue,
} from "../values.ts";

/** What `==` says of any two values. It never fails, but for values that hold themselves. */
export function equal(left: TengoValue, right: TengoValue, context: RunContext): boolean {
  if (left instanceof TengoBytes) context.burn(left.data.length >> BYTES_A_STEP);
  const quick = equalScalars(left, right);
  if (quick !== undefined) return quick;
  const pending: Iterator<readonly [TengoValue, TengoValue]>[] = [];
  let pair: readonly [TengoValue, TengoValue] | undefined = [left, right];
  for (;;) {
    if (pair !== undefined) {
      const outcome: boolean | undefined = equalScalars(pair[0], pair[1]);
      if (outcome === false) return false;
      if (outcome === undefined) {
        const pairs = pairsOf(pair[0], pair[1]);
        if (pairs === undefined) return false;
        context.charge(64);
        if (pending.push(pairs) > MAX_DEPTH) throw new TengoRuntimeError("stack overflow");
      }
    }
    const top = pending.at(-1);
    if (top === undefined) return true;
    context.burn(1);
    const next = top.next();
    pair = next.done === true ? undefined : next.value;
    if (pair === undefined) pending.pop();
  }
}

/** Undefined: both are containers, which must be looked into. */
function equalScalars(left: TengoValue, right: TengoValue): boolean | undefined {
  if (typeof left !== "object") {
    if (left === right) return true;
    return right instanceof TengoFloat && isInt(left) && intToFloat(left) === right.value;
  }
  if (typeof right !== "object") return left instanceof TengoFloat && isInt(right) && left.value === intToFloat(right);
  if (left instanceof TengoFloat) return right instanceof TengoFloat && left.value === right.value;
  if (left instanceof TengoChar) return right instanceof TengoChar && left.code === right.code;
  if (left instanceof TengoBytes) return right instanceof TengoBytes && equalBytes(left.data, right.data);
  if (left instanceof TengoTime) {
    return right instanceof TengoTime && left.seconds === right.seconds && left.nanoseconds === right.nanoseconds;
  }
  if (left instanceof TengoError) return left === right;
  return left instanceof TengoArray || left instanceof TengoMap ? undefined : false;
}

function isInt(value: TengoValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/** The pairs that must be equal for two containers to be; undefined when they differ anyway. */
function pairsOf(left: TengoValue, right: TengoValue): Iterator<readonly [TengoValue, TengoValue]> | undefined {
  if (left instanceof TengoArray) {
    return right instanceof TengoArray && left.length === right.length ? itemPairs(left, right) : undefined;
  }
  if (left instanceof TengoMap && right instanceof TengoMap && left.entries.size === right.entries.size) {
    return entryPairs(left, right);
  }
  return undefined;
}

function* itemPairs(left: TengoArray, right: TengoArray): Generator<readonly [TengoValue, TengoValue]> {
  for (let index = 0; index < left.length; index++) {
    yield [left.store[left.start + index], right.store[right.start + index]];
  }
}

/** A key that only one map has makes them differ, whatever its value: nothing equals `false` and `true`. */
function* entryPairs(left: TengoMap, right: TengoMap): Generator<readonly [TengoValue, TengoValue]> {
  for (const [key, value] of left.entries) {
    yield right.entries.has(key) ? [value, right.entries.get(key)] : [false, true];
  }
}
