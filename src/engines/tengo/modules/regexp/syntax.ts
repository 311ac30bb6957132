/** What a regular expression means, before it is a program. */
import type { RuneTest } from "./rune-classes.ts";

/** An empty-width assertion. */
export type Assertion = "begin-line" | "end-line" | "begin-text" | "end-text" | "word-boundary" | "no-word-boundary";

/** What is known of a node when it is made. */
interface Measures {
  /** How many instructions it becomes at most. */
  readonly size: number;
  /** How deep it nests. */
  readonly height: number;
  /** Whether it can match nothing at all. */
  readonly nullable: boolean;
}

/** One node of the tree. */
export type Node = Measures &
  (
    | { readonly kind: "empty" }
    | { readonly kind: "rune"; readonly rune: number; readonly fold: boolean }
    | { readonly kind: "class"; readonly test: RuneTest }
    | { readonly kind: "any"; readonly newline: boolean }
    | { readonly kind: "assertion"; readonly assertion: Assertion }
    | { readonly kind: "capture"; readonly index: number; readonly item: Node }
    | { readonly kind: "concat"; readonly items: readonly Node[] }
    | { readonly kind: "alternate"; readonly items: readonly Node[] }
    | {
        readonly kind: "repeat";
        readonly item: Node;
        readonly min: number;
        /** -1: without end. */
        readonly max: number;
        readonly greedy: boolean;
        /** Whether it was written with braces: these may not nest to more than a thousand. */
        readonly counted: boolean;
      }
  );

/** A regular expression that is wrong, in Go's words. */
export class RegexpFault {
  readonly message: string;

  constructor(code: string, expression: string) {
    this.message = `error parsing regexp: ${code}: \`${expression}\``;
  }
}

/** A parsed expression. */
export interface Parsed {
  readonly root: Node;
  /** The names of the groups, the whole match first; empty where a group has none. */
  readonly names: readonly string[];
}

/** How often an item is copied at most. */
function copies(min: number, max: number): number {
  return Math.max(max < 0 ? min : max, 1);
}

/** Makes a node of what it is. */
export const make = {
  empty: (): Node => ({ kind: "empty", size: 1, height: 1, nullable: true }),
  rune: (rune: number, fold: boolean): Node => ({ kind: "rune", rune, fold, size: 1, height: 1, nullable: false }),
  class: (test: RuneTest): Node => ({ kind: "class", test, size: 1, height: 1, nullable: false }),
  any: (newline: boolean): Node => ({ kind: "any", newline, size: 1, height: 1, nullable: false }),
  assertion: (assertion: Assertion): Node => ({ kind: "assertion", assertion, size: 1, height: 1, nullable: true }),
  capture: (index: number, item: Node): Node => ({
    kind: "capture",
    index,
    item,
    size: item.size + 2,
    height: item.height + 1,
    nullable: item.nullable,
  }),
  repeat: (item: Node, min: number, max: number, greedy: boolean, counted: boolean): Node => ({
    kind: "repeat",
    item,
    min,
    max,
    greedy,
    counted,
    size: (item.size + 1) * copies(min, max) + 1,
    height: item.height + 1,
    nullable: min === 0 || item.nullable,
  }),
  concat: (items: readonly Node[]): Node => many("concat", items),
  alternate: (items: readonly Node[]): Node => many("alternate", items),
};

function many(kind: "concat" | "alternate", items: readonly Node[]): Node {
  const [only] = items;
  if (only === undefined) return make.empty();
  if (items.length === 1) return only;
  let size = items.length;
  let height = 0;
  for (const item of items) {
    size += item.size;
    height = Math.max(height, item.height);
  }
  const nullable = kind === "concat" ? items.every((item) => item.nullable) : items.some((item) => item.nullable);
  return { kind, items, size, height: height + 1, nullable };
}
