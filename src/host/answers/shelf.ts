import type { Value } from "../../contract/value.ts";

/** By what rules an answer is kept. */
export interface ShelfRules {
  /** Those of one group share `maxBytes`. */
  readonly group: string;
  readonly maxBytes: number;
}

/** When an answer is kept, and until when: milliseconds since the epoch. */
export interface ShelfTime {
  readonly now: number;
  readonly expires: number;
}

/** Where answers are kept, by key. */
export interface Shelf {
  /** Undefined where there is nothing, or nothing that is still good at `now`. */
  get(key: string, now: number): Value | undefined;
  /** Keeps a value until it expires; one that is too large is not kept. */
  put(key: string, value: Value, rules: ShelfRules & ShelfTime): void;
  close(): void;
}
