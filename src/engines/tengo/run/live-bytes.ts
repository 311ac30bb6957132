import {
  Box,
  HostFunction,
  HostHandle,
  TengoArray,
  TengoBytes,
  TengoError,
  TengoFunction,
  TengoMap,
} from "../values.ts";
import { ENTRY_BYTES } from "./indexing.ts";
import { ARRAY_BYTES, ITEM_BYTES } from "./slices.ts";

/** A string shorter than this is counted as often as it is met; of a longer one it is told how often it was met. */
export const LONG_STRING = 256;

/** A small object: a box, a float, a char, a bigint. */
const OBJECT_BYTES = 24;

/** A handle, with the functions that are its members. */
const HANDLE_BYTES = 512;

/** What is no value, but takes memory as long as a value lives. */
interface Held {
  readonly bytes: number;
}

/** What is in use. */
export interface LiveBytes {
  /** Every long string once. */
  readonly bytes: number;
  /** Long strings that are equal to one counted before: nobody can tell whether they are the same one. */
  readonly again: number;
}

/** Walks what can be reached, without recursion, and adds up its bytes. */
class Walk {
  bytes = 0;
  again = 0;
  private readonly seen = new Set<unknown>();
  private readonly pending: unknown[] = [];

  visit(value: unknown): void {
    if (typeof value === "string") this.addString(value);
    else if (typeof value === "bigint") this.bytes += OBJECT_BYTES;
    else if (typeof value === "object" && value !== null) this.pending.push(value);
  }

  /** Goes on until nothing is left to walk. */
  finish(): void {
    for (let value = this.pending.pop(); value !== undefined; value = this.pending.pop()) this.enter(value as object);
  }

  private addString(text: string): void {
    if (text.length >= LONG_STRING) {
      if (this.seen.has(text)) {
        this.again += text.length;
        return;
      }
      this.seen.add(text);
    }
    this.bytes += OBJECT_BYTES + text.length;
  }

  private isNew(container: object): boolean {
    if (this.seen.has(container)) return false;
    this.seen.add(container);
    return true;
  }

  private enter(value: object): void {
    this.bytes += OBJECT_BYTES;
    if (value instanceof TengoArray) this.enterItems(value.store);
    else if (value instanceof TengoMap) this.enterEntries(value.entries);
    else if (value instanceof Map) this.enterEntries(value as ReadonlyMap<string, unknown>);
    else if (value instanceof TengoBytes) this.enterBytes(value.data.buffer);
    else if (value instanceof TengoError) {
      if (this.isNew(value)) this.visit(value.value);
    } else if (value instanceof Box) {
      if (this.isNew(value)) this.visit(value.value);
    } else if (value instanceof TengoFunction) {
      if (this.isNew(value)) for (const box of value.captured) this.visit(box);
      this.bytes += value.captured.length * ITEM_BYTES;
    } else if (value instanceof HostFunction) {
      for (const bound of value.bound) this.visit(bound);
    } else if (value instanceof HostHandle) this.enterHandle(value);
    else if ("store" in value) this.enterItems(value.store as readonly unknown[]);
    else if ("map" in value) this.visit(value.map);
    else if ("text" in value) this.visit(value.text);
    else if ("holds" in value) this.enterHeld(value.holds as Held);
  }

  private enterItems(store: readonly unknown[]): void {
    this.bytes += ARRAY_BYTES - OBJECT_BYTES;
    if (!this.isNew(store)) return;
    this.bytes += store.length * ITEM_BYTES;
    for (let index = 0; index < store.length; index++) this.visit(store[index]);
  }

  private enterEntries(entries: ReadonlyMap<string, unknown>): void {
    this.bytes += ARRAY_BYTES - OBJECT_BYTES;
    if (!this.isNew(entries)) return;
    for (const [key, value] of entries) {
      this.bytes += ENTRY_BYTES + key.length;
      this.visit(value);
    }
  }

  private enterHandle(handle: HostHandle): void {
    if (!this.isNew(handle)) return;
    this.bytes += HANDLE_BYTES;
    this.visit(handle.kept);
  }

  /** What a native keeps for itself, such as a compiled regular expression that several functions share. */
  private enterHeld(held: Held): void {
    if (this.isNew(held)) this.bytes += held.bytes;
  }

  private enterBytes(buffer: ArrayBufferLike): void {
    this.bytes += ARRAY_BYTES - OBJECT_BYTES;
    if (this.isNew(buffer)) this.bytes += buffer.byteLength;
  }
}

/** The bytes that are in use by what lies in `memory` and can be reached from `roots`, as far as the script made it. */
export function liveBytes(memory: readonly unknown[], roots: readonly unknown[]): LiveBytes {
  const walk = new Walk();
  walk.bytes += memory.length * ITEM_BYTES;
  for (let index = 0; index < memory.length; index++) walk.visit(memory[index]);
  for (const root of roots) walk.visit(root);
  walk.finish();
  return walk;
}
