import type { RunContext } from "../context.ts";
import { grownCapacity } from "../slice-capacity.ts";
import { TengoArray, type TengoValue } from "../values.ts";

/** Bytes that an array takes beside its items. */
export const ARRAY_BYTES = 64;

/** Bytes that an item of an array takes. */
export const ITEM_BYTES = 8;

/** The items of an array, copied. */
export function itemsOf(array: TengoArray): TengoValue[] {
  return array.store.slice(array.start, array.start + array.length);
}

/** Go's `append`: a mutable array that shares its store with `array` where that has room. */
export function append(array: TengoArray, items: readonly TengoValue[], context: RunContext): TengoArray {
  const length = array.length + items.length;
  const { store, start, capacity } = array;
  if (length <= capacity) {
    context.charge(ARRAY_BYTES + Math.max(start + length - store.length, 0) * ITEM_BYTES);
    context.burn(items.length);
    for (let index = 0, at = start + array.length; index < items.length; index++, at++) store[at] = items[index];
    return new TengoArray(store, start, length, capacity, false);
  }
  context.charge(ARRAY_BYTES + length * ITEM_BYTES);
  context.burn(length);
  const grown = itemsOf(array);
  for (const item of items) grown.push(item);
  return new TengoArray(grown, 0, length, grownCapacity(length, capacity), false);
}
