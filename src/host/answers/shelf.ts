import type { Value } from "../../contract/value.ts";

/** By what rules an answer is kept. */
export interface ShelfRules {
  /** Those of one group share `maxBytes`. */
  readonly group: string;
  readonly maxBytes: number;
}

/** Where answers are kept, by key. */
export interface Shelf {
  /** Undefined where there is nothing, or nothing that is still good at `now`. */
  get(key: string, now: number): Value | undefined;
  /** Keeps a value until `expires` (milliseconds since the epoch); one that is too large is not kept. */
  put(key: string, value: Value, rules: ShelfRules & { readonly expires: number }): void;
  close(): void;
}
