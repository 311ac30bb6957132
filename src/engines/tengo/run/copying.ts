import type { RunContext } from "../context.ts";
import { TengoRuntimeError } from "../errors.ts";
import { Growth, MAX_DEPTH } from "../forms/index.ts";
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

/** How deep frozen values, and errors within errors, may lie within each other: this is done by recursion. */
const MAX_RECURSION = 5000;

/** The items of a copy that are still those of the original. */
interface Pending {
  readonly items: TengoValue[] | Map<string, TengoValue>;
  readonly depth: number;
}

/** Copies containers one after the other, so that their depth does not matter. */
class Copier {
  private readonly pending: Pending[] = [];
  private readonly growth: Growth;

  constructor(private readonly context: RunContext) {
    this.growth = new Growth(context);
  }

  copy(value: TengoValue): TengoValue {
    const copy = this.begin(value, 0);
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) this.fill(next);
    return copy;
  }

  private begin(value: TengoValue, depth: number): TengoValue {
    if (typeof value !== "object") return value;
    this.context.burn(1);
    if (depth > MAX_DEPTH) throw new TengoRuntimeError("stack overflow");
    if (value instanceof TengoArray) return this.beginArray(value, depth);
    if (value instanceof TengoMap) return this.beginMap(value, depth);
    this.growth.add(ARRAY_BYTES);
    if (value instanceof TengoError) return this.copyError(value, depth);
    if (value instanceof TengoFunction) return new TengoFunction(value.code, value.captured);
    if (value instanceof NativeFunction && value.kind === "builtin-function") {
      return new NativeFunction(value.kind, "", value.body);
    }
    if (!(value instanceof TengoBytes)) return value;
    this.growth.add(value.data.length);
    return new TengoBytes(value.data.slice());
  }

  private beginArray(source: TengoArray, depth: number): TengoArray {
    this.growth.add(ARRAY_BYTES + source.length * ITEM_BYTES);
    const items = source.store.slice(source.start, source.start + source.length);
    this.pending.push({ items, depth });
    return TengoArray.of(items);
  }

  private beginMap(source: TengoMap, depth: number): TengoMap {
    this.growth.add(ARRAY_BYTES + source.entries.size * ENTRY_BYTES);
    const items = new Map(source.entries);
    this.pending.push({ items, depth });
    return new TengoMap(items, false);
  }

  private copyError(error: TengoError, depth: number): TengoError {
    if (depth > MAX_RECURSION) throw new TengoRuntimeError("stack overflow");
    return new TengoError(this.begin(error.value, depth + 1));
  }

  private fill({ items, depth }: Pending): void {
    if (items instanceof Map) {
      for (const [key, item] of items) items.set(key, this.begin(item, depth + 1));
    } else {
      for (let index = 0; index < items.length; index++) items[index] = this.begin(items[index], depth + 1);
    }
  }
}

/** `copy(x)`: deep and mutable. Functions keep their variables; a builtin function loses its name. */
export function copyValue(value: TengoValue, context: RunContext): TengoValue {
  return new Copier(context).copy(value);
}

/** `freeze(x)`: immutable through and through, by copies of what is not; errors are not looked into. */
export function freezeValue(value: TengoValue, context: RunContext): TengoValue {
  return freeze(value, context, new Growth(context), 0);
}

function freeze(value: TengoValue, context: RunContext, growth: Growth, depth: number): TengoValue {
  if (!(value instanceof TengoArray || value instanceof TengoMap)) return value;
  if (depth > MAX_RECURSION) throw new TengoRuntimeError("stack overflow");
  context.burn(1);
  let changed = !value.immutable;
  const frozen = (item: TengoValue): TengoValue => {
    const result = freeze(item, context, growth, depth + 1);
    changed ||= result !== item;
    return result;
  };
  if (value instanceof TengoArray) {
    growth.add(ARRAY_BYTES + value.length * ITEM_BYTES);
    const items = value.store.slice(value.start, value.start + value.length).map(frozen);
    return changed ? TengoArray.exactly(items, true) : value;
  }
  growth.add(ARRAY_BYTES + value.entries.size * ENTRY_BYTES);
  const entries = new Map<string, TengoValue>();
  for (const [key, item] of value.entries) entries.set(key, frozen(item));
  return changed ? new TengoMap(entries, true) : value;
}
