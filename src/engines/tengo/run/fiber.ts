import type { TengoFunction } from "../values.ts";
import type { HandleIterator } from "./iterators.ts";

/** Frames that a fiber may have: calls within calls. */
export const MAX_FRAMES = 1024;

/** Values that a fiber's stack may hold. */
export const STACK_SIZE = 2048;

/** One thread of execution: a stack in the machine's memory, and the functions that are being called. */
export class Fiber {
  /** The function that runs, and where it is in its instructions. */
  current: TengoFunction;
  place = 0;
  /** The first register of the running function. */
  base: number;
  depth = 1;
  /** The functions that wait for their callees; by depth, from 1. */
  readonly callers: TengoFunction[];
  /** Pairs, by depth: the place of the call at which a caller waits, and its first register. */
  readonly links = new Int32Array(2 * (MAX_FRAMES + 1));
  /** Fuel that it has taken and not used, whenever something may fail. */
  fuel = 0;
  /** What the answer of the host is for: a call, or the next turn of a for-in loop. */
  waiting: "call" | HandleIterator | undefined;

  constructor(
    /** Where its stack begins in the machine's memory. */
    readonly start: number,
    entry: TengoFunction,
  ) {
    this.current = entry;
    this.base = start;
    this.callers = [entry];
  }
}
