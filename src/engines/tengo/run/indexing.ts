import type { RunContext } from "../context.ts";
import { TengoRuntimeError } from "../errors.ts";
import { toByteString, toInt } from "../forms/index.ts";
import {
  HostHandle,
  TengoArray,
  TengoBytes,
  TengoChar,
  TengoError,
  TengoMap,
  typeName,
  type TengoValue,
} from "../values.ts";
import type { RuneCache } from "./rune-cache.ts";
import { ARRAY_BYTES } from "./slices.ts";

/** Bytes that an entry of a map takes, beside its key's own. */
export const ENTRY_BYTES = 48;

/** What cannot be indexed at all, in the words of whoever asked. */
type NotIndexable = () => string;

/** `target[index]`. */
export function indexGet(target: TengoValue, index: TengoValue, context: RunContext, runes: RuneCache): TengoValue {
  return getItem(target, index, context, runes, () => `not indexable: ${typeName(index)}`);
}

function getItem(
  target: TengoValue,
  index: TengoValue,
  context: RunContext,
  runes: RuneCache,
  notIndexable: NotIndexable,
): TengoValue {
  if (target === undefined) return undefined;
  if (target instanceof TengoMap) return target.entries.get(keyOf(index, context));
  if (target instanceof TengoArray) {
    const at = intIndex(index);
    return at >= 0 && at < target.length ? target.store[target.start + at] : undefined;
  }
  if (typeof target === "string") {
    const rune = runes.runeAt(target, intIndex(index));
    if (rune === undefined) return undefined;
    context.charge(24);
    return new TengoChar(rune);
  }
  if (target instanceof TengoBytes) {
    const at = intIndex(index);
    return at >= 0 && at < target.data.length ? target.data[at] : undefined;
  }
  if (target instanceof TengoError) {
    if (toByteString(index, context) === "value") return target.value;
    throw new TengoRuntimeError("invalid index on error");
  }
  if (target instanceof HostHandle) return target.members.get(keyOf(index, context));
  throw new TengoRuntimeError(notIndexable());
}

/** An index beyond the safe integers is out of every range. */
function intIndex(index: TengoValue): number {
  if (typeof index === "number") return index;
  if (typeof index === "bigint") return -1;
  throw new TengoRuntimeError(`invalid index type: ${typeName(index)}`);
}

function keyOf(index: TengoValue, context: RunContext): string {
  const key = toByteString(index, context);
  if (key === undefined) throw new TengoRuntimeError(`invalid index type: ${typeName(index)}`);
  return key;
}

/** `target[selector]… = value`; the selectors are in the order in which they are written. */
export function selectorSet(
  target: TengoValue,
  selectors: readonly TengoValue[],
  value: TengoValue,
  context: RunContext,
  runes: RuneCache,
): void {
  let inner = target;
  for (const selector of selectors.slice(0, -1)) {
    const outer = inner;
    inner = getItem(inner, selector, context, runes, () => `not indexable: ${typeName(outer)}`);
  }
  indexSet(inner, selectors.at(-1), value, context);
}

/** `target[index] = value`. */
export function indexSet(target: TengoValue, index: TengoValue, value: TengoValue, context: RunContext): void {
  if (target instanceof TengoMap && !target.immutable) {
    const key = toByteString(index, context);
    if (key === undefined) throw new TengoRuntimeError("invalid index type");
    if (!target.entries.has(key)) context.charge(ENTRY_BYTES + key.length);
    target.entries.set(key, value);
  } else if (target instanceof TengoArray && !target.immutable) {
    const at = toInt(index);
    if (at === undefined) throw new TengoRuntimeError("invalid index type");
    if (!(at >= 0 && at < target.length)) throw new TengoRuntimeError("index out of bounds");
    target.store[target.start + Number(at)] = value;
  } else {
    throw new TengoRuntimeError(`not index-assignable: ${typeName(target)}`);
  }
}

/** `target[low:high]`; undefined stands for a bound that is left out. */
export function slice(target: TengoValue, low: TengoValue, high: TengoValue, context: RunContext): TengoValue {
  if (low !== undefined && !isInt(low)) throw new TengoRuntimeError(`invalid slice index type: ${typeName(low)}`);
  const length = lengthOf(target);
  if (length === undefined) throw new TengoRuntimeError(`not indexable: ${typeName(target)}`);
  if (high !== undefined && !isInt(high)) throw new TengoRuntimeError(`invalid slice index type: ${typeName(high)}`);
  const from = low ?? 0;
  const to = high ?? length;
  if (from > to) throw new TengoRuntimeError(`invalid slice index: ${from} > ${to}`);
  const start = clamp(from, length);
  const end = clamp(to, length);
  if (typeof target === "string") {
    context.charge(24);
    return target.slice(start, end);
  }
  context.charge(ARRAY_BYTES);
  if (target instanceof TengoArray) {
    return new TengoArray(target.store, target.start + start, end - start, target.capacity - start, false);
  }
  return target instanceof TengoBytes ? new TengoBytes(target.data.subarray(start, end)) : undefined;
}

function isInt(value: TengoValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function lengthOf(value: TengoValue): number | undefined {
  if (typeof value === "string") return value.length;
  if (value instanceof TengoArray) return value.length;
  return value instanceof TengoBytes ? value.data.length : undefined;
}

function clamp(bound: number | bigint, length: number): number {
  if (bound < 0) return 0;
  return bound > length ? length : Number(bound);
}
