import type { RunContext } from "../context.ts";

const FIRST_MARK = 512;

/** What one more level of a walk takes that goes into values without calling itself: its place and its iterator. */
export const LEVEL_BYTES = 256;

/** How deep values may lie within each other where they are compared, copied or written; beyond it is a stack overflow. */
export const MAX_DEPTH = 100_000;

/**
 * Memory of something that grows within one native function, where nobody but the function can see it. The run counts
 * live data anew when much was asked for, and would forget what is under way: so this asks for all of it again whenever
 * it has doubled.
 */
export class Growth {
  #total = 0;
  #mark = 0;

  constructor(private readonly context: RunContext) {}

  /** Takes memory for as many bytes more. */
  add(bytes: number): void {
    this.#total += bytes;
    if (this.#total < this.#mark) return;
    this.#mark = Math.max(this.#total * 2, FIRST_MARK);
    this.context.charge(this.#total);
  }
}
