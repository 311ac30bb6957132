/** The syntax tree. Every node has `at`: the offset by which errors tell where it is, -1 where it has none. */
import type { TengoValue } from "../values.ts";
import type { Token } from "./token.ts";

/** A name. In an expression the resolver adds what it stands for. */
export class Identifier {
  readonly kind = "identifier";

  constructor(
    readonly name: string,
    readonly at: number,
  ) {}
}

/** A number, char, string, bool or `undefined`. */
export class Literal {
  readonly kind = "literal";

  constructor(
    readonly value: TengoValue,
    readonly at: number,
  ) {}
}

/** `import("name")`. */
export class ImportExpression {
  readonly kind = "import";

  constructor(
    readonly module: string,
    readonly at: number,
  ) {}
}

/** `(inner)`. */
export class ParenExpression {
  readonly kind = "paren";

  constructor(
    readonly inner: Expression,
    readonly at: number,
  ) {}
}

/** `[a, b]`. */
export class ArrayLiteral {
  readonly kind = "array";

  constructor(
    readonly elements: readonly Expression[],
    readonly at: number,
  ) {}
}

/** `{a: 1, "b": 2}`. */
export class MapLiteral {
  readonly kind = "map";

  constructor(
    readonly entries: readonly MapEntry[],
    readonly at: number,
  ) {}
}

/** One `key: value` of a map literal. */
export interface MapEntry {
  readonly key: string;
  readonly value: Expression;
}

/** `func(a, ...b) { … }`. */
export class FunctionLiteral {
  readonly kind = "function";
  /** What it is assigned to, for stacks: a variable, a key; empty where it is nothing of that kind. */
  name = "";

  constructor(
    readonly parameters: readonly Identifier[],
    readonly variadic: boolean,
    readonly body: Block,
    readonly at: number,
  ) {}
}

/** `error(x)` and `immutable(x)`. */
export class WrapExpression {
  constructor(
    readonly kind: "error" | "immutable",
    readonly inner: Expression,
    readonly at: number,
  ) {}
}

/** `-x`, `!x`, `^x`, `+x`. It stands where its operand stands. */
export class UnaryExpression {
  readonly kind = "unary";
  readonly at: number;

  constructor(
    readonly operator: Token,
    readonly operand: Expression,
  ) {
    this.at = operand.at;
  }
}

/** `a + b`. It stands where its left operand stands, as all that follow do. */
export class BinaryExpression {
  readonly kind = "binary";
  readonly at: number;

  constructor(
    readonly operator: Token,
    readonly left: Expression,
    readonly right: Expression,
  ) {
    this.at = left.at;
  }
}

/** `a ? b : c`. */
export class ConditionalExpression {
  readonly kind = "conditional";
  readonly at: number;

  constructor(
    readonly condition: Expression,
    readonly whenTrue: Expression,
    readonly whenFalse: Expression,
  ) {
    this.at = condition.at;
  }
}

/** `f(a, b...)`. */
export class CallExpression {
  readonly kind = "call";
  readonly at: number;

  constructor(
    readonly callee: Expression,
    readonly args: readonly Expression[],
    readonly spread: boolean,
  ) {
    this.at = callee.at;
  }
}

/** `a[i]`, and `a.name` with a literal for its index. */
export class IndexExpression {
  readonly kind = "index";
  readonly at: number;

  constructor(
    readonly target: Expression,
    readonly index: Expression,
  ) {
    this.at = target.at;
  }
}

/** `a[low:high]`. */
export class SliceExpression {
  readonly kind = "slice";
  readonly at: number;

  constructor(
    readonly target: Expression,
    readonly low: Expression | undefined,
    readonly high: Expression | undefined,
  ) {
    this.at = target.at;
  }
}

/** What could not be read. No tree with one leaves the parser. */
export class BadExpression {
  readonly kind = "bad";

  constructor(readonly at: number) {}
}

/** Any expression. */
export type Expression =
  | Identifier
  | Literal
  | ImportExpression
  | ParenExpression
  | ArrayLiteral
  | MapLiteral
  | FunctionLiteral
  | WrapExpression
  | UnaryExpression
  | BinaryExpression
  | ConditionalExpression
  | CallExpression
  | IndexExpression
  | SliceExpression
  | BadExpression;

/** An expression as a statement. */
export class ExpressionStatement {
  readonly kind = "expression-statement";
  readonly at: number;

  constructor(readonly expression: Expression) {
    this.at = expression.at;
  }
}

/** `a = b`, `a := b`, `a += b`; `a++` is `a += 1` with `increment`. */
export class AssignStatement {
  readonly kind = "assign";
  readonly at: number;

  constructor(
    readonly targets: readonly [Expression, ...Expression[]],
    readonly values: readonly [Expression, ...Expression[]],
    readonly operator: Token,
    readonly increment: boolean,
  ) {
    this.at = targets[0].at;
  }
}

/** `{ … }` as the body of something. */
export class Block {
  readonly kind = "block";

  constructor(
    readonly statements: readonly Statement[],
    readonly at: number,
  ) {}
}

/** `if start; condition { … } else …`. */
export class IfStatement {
  readonly kind = "if";

  constructor(
    readonly start: Statement | undefined,
    readonly condition: Expression,
    readonly body: Block,
    readonly otherwise: Statement | undefined,
    readonly at: number,
  ) {}
}

/** `for start; condition; after { … }`. */
export class ForStatement {
  readonly kind = "for";

  constructor(
    readonly start: Statement | undefined,
    readonly condition: Expression | undefined,
    readonly after: Statement | undefined,
    readonly body: Block,
    readonly at: number,
  ) {}
}

/** `for key, value in iterable { … }`; a variable that is left out is named `_`. */
export class ForInStatement {
  readonly kind = "for-in";

  constructor(
    readonly key: Identifier,
    readonly value: Identifier,
    readonly iterable: Expression,
    readonly body: Block,
    readonly at: number,
  ) {}
}

/** `break` or `continue`. */
export class BranchStatement {
  constructor(
    readonly kind: "break" | "continue",
    readonly at: number,
  ) {}
}

/** `return` or `return x`. */
export class ReturnStatement {
  readonly kind = "return";

  constructor(
    readonly result: Expression | undefined,
    readonly at: number,
  ) {}
}

/** `export x`. */
export class ExportStatement {
  readonly kind = "export";

  constructor(
    readonly result: Expression,
    readonly at: number,
  ) {}
}

/** A lone semicolon, or what could not be read. */
export class EmptyStatement {
  readonly kind = "empty";

  constructor(readonly at: number) {}
}

/** Any statement. */
export type Statement =
  | ExpressionStatement
  | AssignStatement
  | Block
  | IfStatement
  | ForStatement
  | ForInStatement
  | BranchStatement
  | ReturnStatement
  | ExportStatement
  | EmptyStatement;
