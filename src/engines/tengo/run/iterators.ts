import { decodeRune } from "../byte-strings.ts";
import type { RunContext } from "../context.ts";
import { TengoRuntimeError } from "../errors.ts";
import { isFalsy } from "../forms/index.ts";
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

/** Walks an array as it was when the loop began: what is written meanwhile is seen, what is appended is not. */
export class ArrayIterator {
  index = -1;
  readonly store: readonly TengoValue[];
  readonly start: number;
  readonly length: number;

  constructor(array: TengoArray) {
    this.store = array.store;
    this.start = array.start;
    this.length = array.length;
  }
}

/** Walks what is not an array. */
export abstract class OtherIterator {
  abstract key: TengoValue;
  abstract value: TengoValue;
  /** Goes on to the next item, if there is one. */
  abstract next(context: RunContext): boolean;
}

/** What a for-in loop keeps in its variable. */
export type TengoIterator = ArrayIterator | OtherIterator | HandleIterator;

class NoIterator extends OtherIterator {
  key: TengoValue;
  value: TengoValue;

  next(): boolean {
    return false;
  }
}

class RuneIterator extends OtherIterator {
  key = -1;
  value: TengoValue;
  private at = 0;

  constructor(private readonly text: string) {
    super();
  }

  next(context: RunContext): boolean {
    if (this.at >= this.text.length) return false;
    context.charge(24);
    const decoded = decodeRune(this.text, this.at);
    this.value = new TengoChar(decoded >> 3);
    this.at += decoded & 7;
    this.key++;
    return true;
  }
}

class ByteIterator extends OtherIterator {
  key = -1;
  value: TengoValue;

  constructor(private readonly data: Uint8Array) {
    super();
  }

  next(): boolean {
    if (this.key + 1 >= this.data.length) return false;
    this.value = this.data[++this.key];
    return true;
  }
}

class MapIterator extends OtherIterator {
  key: TengoValue;
  value: TengoValue;
  private index = 0;
  private readonly keys: readonly string[];

  constructor(private readonly map: TengoMap) {
    super();
    this.keys = [...map.entries.keys()];
  }

  next(): boolean {
    if (this.index >= this.keys.length) return false;
    this.key = this.keys[this.index++]!;
    this.value = this.map.entries.get(this.key);
    return true;
  }
}

/** Walks a resource of the host, which is asked for each item. */
export class HandleIterator {
  key = -1;
  value: TengoValue;
  /** Whether the host has answered what it was asked, and whether it has come to its end. */
  state: "asking" | "answered" | "ended" = "asking";
  /** The error with which it broke off, until the loop has had it as its last item. */
  broken = false;

  constructor(readonly handle: HostHandle) {}

  /** Takes the answer of the handle's `next`: a map with `done` and `value`. An error is the last item. */
  deliver(answer: TengoValue): void {
    if (answer instanceof TengoError) {
      this.broken = true;
      this.state = "answered";
      this.key++;
      this.value = answer;
      return;
    }
    const entries = answer instanceof TengoMap ? answer.entries : undefined;
    if (entries === undefined || !isFalsy(entries.get("done"))) {
      this.state = "ended";
      return;
    }
    this.state = "answered";
    this.key++;
    this.value = entries.get("value");
  }
}

/** The iterator of what stands in a for-in loop. */
export function iterate(value: TengoValue, context: RunContext): TengoIterator {
  context.charge(64);
  if (value instanceof TengoArray) return new ArrayIterator(value);
  if (value instanceof TengoMap) {
    context.charge(value.entries.size * 8);
    context.burn(value.entries.size >> 2);
    return new MapIterator(value);
  }
  if (typeof value === "string") return new RuneIterator(value);
  if (value instanceof TengoBytes) return new ByteIterator(value.data);
  if (value === undefined) return new NoIterator();
  if (value instanceof HostHandle && value.next !== undefined) return new HandleIterator(value);
  throw new TengoRuntimeError(`not iterable: ${typeName(value)}`);
}

/** Whether a for-in loop takes a value. */
export function isIterable(value: TengoValue): boolean {
  if (value === undefined || typeof value === "string") return true;
  if (value instanceof HostHandle) return value.next !== undefined;
  return value instanceof TengoArray || value instanceof TengoMap || value instanceof TengoBytes;
}
