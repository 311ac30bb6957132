import type { RunContext } from "../context.ts";
import { TengoRuntimeError } from "../errors.ts";
import {
  NativeFunction,
  TengoArray,
  TengoBytes,
  TengoError,
  TengoFunction,
  TengoMap,
  type TengoValue,
} from "../values.ts";
import { ENTRY_BYTES } from "./indexing.ts";
import { ARRAY_BYTES, ITEM_BYTES } from "./slices.ts";

/** How deep values may lie within each other: these functions recurse. */
const MAX_DEPTH = 1000;

/** `copy(x)`: deep and mutable. Functions keep their variables; a builtin function loses its name. */
export function copyValue(value: TengoValue, context: RunContext, depth = 0): TengoValue {
  if (typeof value !== "object") return value;
  if (depth > MAX_DEPTH) throw new TengoRuntimeError("stack overflow");
  context.burn(1);
  if (value instanceof TengoArray) {
    context.charge(ARRAY_BYTES + value.length * ITEM_BYTES);
    const items: TengoValue[] = [];
    for (let index = 0; index < value.length; index++) {
      items.push(copyValue(value.store[value.start + index], context, depth + 1));
    }
    return TengoArray.of(items);
  }
  if (value instanceof TengoMap) {
    context.charge(ARRAY_BYTES + value.entries.size * ENTRY_BYTES);
    const entries = new Map<string, TengoValue>();
    for (const [key, item] of value.entries) entries.set(key, copyValue(item, context, depth + 1));
    return new TengoMap(entries, false);
  }
  context.charge(ARRAY_BYTES);
  if (value instanceof TengoError) return new TengoError(copyValue(value.value, context, depth + 1));
  if (value instanceof TengoFunction) return new TengoFunction(value.code, value.captured);
  if (value instanceof NativeFunction && value.kind === "builtin-function") {
    return new NativeFunction(value.kind, "", value.body);
  }
  if (value instanceof TengoBytes) {
    context.charge(value.data.length);
    return new TengoBytes(value.data.slice());
  }
  return value;
}

/** `freeze(x)`: immutable through and through, by copies of what is not; errors are not looked into. */
export function freezeValue(value: TengoValue, context: RunContext, depth = 0): TengoValue {
  if (!(value instanceof TengoArray || value instanceof TengoMap)) return value;
  if (depth > MAX_DEPTH) throw new TengoRuntimeError("stack overflow");
  context.burn(1);
  return value instanceof TengoArray ? freezeArray(value, context, depth) : freezeMap(value, context, depth);
}

function freezeArray(array: TengoArray, context: RunContext, depth: number): TengoArray {
  context.charge(ARRAY_BYTES + array.length * ITEM_BYTES);
  const items: TengoValue[] = [];
  let changed = !array.immutable;
  for (let index = 0; index < array.length; index++) {
    const item = array.store[array.start + index];
    const frozen = freezeValue(item, context, depth + 1);
    changed ||= frozen !== item;
    items.push(frozen);
  }
  return changed ? TengoArray.exactly(items, true) : array;
}

function freezeMap(map: TengoMap, context: RunContext, depth: number): TengoMap {
  context.charge(ARRAY_BYTES + map.entries.size * ENTRY_BYTES);
  const entries = new Map<string, TengoValue>();
  let changed = !map.immutable;
  for (const [key, item] of map.entries) {
    const frozen = freezeValue(item, context, depth + 1);
    changed ||= frozen !== item;
    entries.set(key, frozen);
  }
  return changed ? new TengoMap(entries, true) : map;
}
