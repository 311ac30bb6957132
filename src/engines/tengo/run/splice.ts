import type { RunContext } from "../context.ts";
import { TengoRuntimeError, WrongArgumentCount, WrongArgumentType } from "../errors.ts";
import { grownCapacity } from "../slice-capacity.ts";
import { TengoArray, typeName, type TengoValue } from "../values.ts";
import { append, ARRAY_BYTES, ITEM_BYTES } from "./slices.ts";

/** `splice(array[, start[, count[, items…]]])`: takes items out of an array in place, puts others in, gives what it took. */
export function splice(args: readonly TengoValue[], context: RunContext): TengoArray {
  const [array, from, count, ...items] = args;
  if (args.length === 0) throw new WrongArgumentCount();
  if (!(array instanceof TengoArray) || array.immutable) throw new WrongArgumentType("first", "array", typeName(array));
  const start = args.length > 1 ? position("second", from) : 0;
  if (start < 0 || start > array.length) throw new TengoRuntimeError("index out of bounds");
  const wanted = args.length > 2 ? position("third", count) : array.length;
  if (wanted < 0) throw new TengoRuntimeError("index out of bounds");
  const end = Math.min(start + wanted, array.length);
  context.charge(2 * ARRAY_BYTES + (array.length + items.length) * ITEM_BYTES);
  context.burn(array.length - start);
  const { store } = array;
  const removed = store.slice(array.start + start, array.start + end);
  for (let at = end; at < array.length; at++) items.push(store[array.start + at]);
  const head = new TengoArray(store, array.start, start, array.capacity, false);
  array.become(append(head, items, context));
  const capacity = removed.length === 0 ? 0 : grownCapacity(removed.length, 0);
  return new TengoArray(removed, 0, removed.length, capacity, false);
}

function position(name: string, value: TengoValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return value < 0 ? -1 : Number.MAX_SAFE_INTEGER;
  throw new WrongArgumentType(name, "int", typeName(value));
}
