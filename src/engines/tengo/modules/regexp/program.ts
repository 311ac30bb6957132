import { fromRune, RUNE_ERROR } from "../../byte-strings.ts";
import { foldRune } from "../../forms/index.ts";
import type { RuneTest } from "./rune-classes.ts";
import type { Assertion, Node } from "./syntax.ts";

/** What an instruction does. */
export const enum Op {
  /** Go on at `x`, then, where that fails, at `y`. */
  Split,
  /** Note the place in slot `y`, go on at `x`. */
  Save,
  /** Go on at `x` where the assertion number `y` holds. */
  Assert,
  /** Take the rune `y`. */
  Rune,
  /** Take a rune whose fold is `y`. */
  Fold,
  /** Take a rune of class number `y`. */
  Class,
  Any,
  AnyButNewline,
  Match,
}

/** Assertions by their numbers. */
export const ASSERTIONS: readonly Assertion[] = [
  "begin-line",
  "end-line",
  "begin-text",
  "end-text",
  "word-boundary",
  "no-word-boundary",
];

/** A compiled expression: instruction `i` is `ops[i]`, `xs[i]`, `ys[i]`. */
export interface Program {
  readonly ops: readonly Op[];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly classes: readonly RuneTest[];
  readonly start: number;
  /** The bytes that every match begins with. */
  readonly prefix: string;
  /** Whether a match can only begin where the text does. */
  readonly anchored: boolean;
}

/** Writes instructions from the last to the first: what follows a node is known when it is compiled. */
class Compiler {
  readonly ops: Op[] = [];
  readonly xs: number[] = [];
  readonly ys: number[] = [];
  readonly classes: RuneTest[] = [];
  readonly #classNumbers = new Map<RuneTest, number>();

  add(op: Op, x: number, y: number): number {
    this.ops.push(op);
    this.xs.push(x);
    return this.ys.push(y) - 1;
  }

  node(node: Node, next: number): number {
    switch (node.kind) {
      case "empty":
        return next;
      case "rune":
        return node.fold ? this.add(Op.Fold, next, foldRune(node.rune)) : this.add(Op.Rune, next, node.rune);
      case "class":
        return this.add(Op.Class, next, this.#classNumber(node.test));
      case "any":
        return this.add(node.newline ? Op.Any : Op.AnyButNewline, next, 0);
      case "assertion":
        return this.add(Op.Assert, next, ASSERTIONS.indexOf(node.assertion));
      case "capture":
        return this.add(Op.Save, this.node(node.item, this.add(Op.Save, next, node.index * 2 + 1)), node.index * 2);
      case "concat":
        return node.items.reduceRight((after, item) => this.node(item, after), next);
      case "alternate":
        return node.items
          .map((item) => this.node(item, next))
          .reduceRight((second, first) => this.add(Op.Split, first, second));
      case "repeat":
        return this.#repeat(node.item, node.min, node.max, node.greedy, next);
    }
  }

  #classNumber(test: RuneTest): number {
    const known = this.#classNumbers.get(test);
    if (known !== undefined) return known;
    this.#classNumbers.set(test, this.classes.length);
    return this.classes.push(test) - 1;
  }

  #split(greedy: boolean, item: number, next: number): number {
    return greedy ? this.add(Op.Split, item, next) : this.add(Op.Split, next, item);
  }

  /** `item+`, which begins with the item, or with the choice where there may be none of it. */
  #loop(item: Node, greedy: boolean, next: number, first: "item" | "choice"): number {
    const choice = this.#split(greedy, 0, next);
    const start = this.node(item, choice);
    if (greedy) this.xs[choice] = start;
    else this.ys[choice] = start;
    return first === "item" ? start : choice;
  }

  #repeat(item: Node, min: number, max: number, greedy: boolean, next: number): number {
    let after = next;
    let required = min;
    if (max < 0) {
      if (required > 0) {
        after = this.#loop(item, greedy, next, "item");
        required--;
      } else if (item.nullable) {
        // `(|a)*` is `((|a)+)?`: otherwise the order of preferences would be wrong.
        after = this.#split(greedy, this.#loop(item, greedy, next, "item"), next);
      } else {
        after = this.#loop(item, greedy, next, "choice");
      }
    } else {
      for (let count = max - min; count > 0; count--) after = this.#split(greedy, this.node(item, after), next);
    }
    for (; required > 0; required--) after = this.node(item, after);
    return after;
  }
}

/** The runes that every match begins with, and whether it begins where the text does. */
function beginning(compiler: Compiler, start: number): { readonly prefix: string; readonly anchored: boolean } {
  let prefix = "";
  let at = start;
  let anchored = false;
  for (; ; at = compiler.xs[at] as number) {
    const op = compiler.ops[at];
    // U+FFFD also stands for bytes that are no UTF-8.
    if (op === Op.Rune && compiler.ys[at] !== RUNE_ERROR) prefix += fromRune(compiler.ys[at] as number);
    else if (op === Op.Assert && prefix === "" && ASSERTIONS[compiler.ys[at] as number] === "begin-text")
      anchored = true;
    else if (op !== Op.Save) break;
  }
  return { prefix, anchored };
}

/** Compiles a parsed expression. */
export function compileRegexp(root: Node): Program {
  const compiler = new Compiler();
  const match = compiler.add(Op.Match, 0, 0);
  const start = compiler.node(root, match);
  const { ops, xs, ys, classes } = compiler;
  return { ops, xs, ys, classes, start, ...beginning(compiler, start) };
}
