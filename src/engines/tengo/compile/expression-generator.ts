import { Op } from "../run/dispatch.ts";
import type {
  BinaryExpression,
  CallExpression,
  ConditionalExpression,
  Expression,
  FunctionLiteral,
  Identifier,
  ImportExpression,
  IndexExpression,
  MapLiteral,
  SliceExpression,
  UnaryExpression,
} from "../syntax/ast.ts";
import { Token } from "../syntax/token.ts";
import { Label, type FunctionBuilder } from "./function-builder.ts";
import { REGISTER, type CompiledCode } from "./function-code.ts";
import { mayCall } from "./may-call.ts";
import type { ProgramBuilder } from "./program-builder.ts";
import { leftOf, type Resolution } from "./resolver.ts";
import type { Variable } from "./symbol-table.ts";

/**
 * Makes the instructions of expressions. A value that is evaluated is where its variable or its constant is, or else in
 * the register that mirrors its slot on the reference's stack.
 */
export abstract class ExpressionGenerator {
  constructor(
    protected readonly code: FunctionBuilder,
    protected readonly resolution: Resolution,
    protected readonly program: ProgramBuilder,
  ) {}

  /** The code of a function within this one. */
  protected abstract functionCode(literal: FunctionLiteral): CompiledCode;

  /** The operand of a variable that lies in a register or among the globals. */
  protected place(variable: Variable): number {
    return variable.scope === "global" ? variable.index : REGISTER | variable.index;
  }

  /** The register of the next intermediate value. */
  protected temporary(): number {
    return REGISTER | this.code.register(this.code.depth);
  }

  protected loadBoxed(variable: Variable, target: number, at: number): void {
    this.code.emit(at, variable.scope === "free" ? Op.FreeGet : Op.BoxGet, target, variable.index);
  }

  /** Copies a global that a call in what is evaluated next might change. */
  protected hold(operand: number, ...next: readonly Expression[]): number {
    return this.holdAll(operand, next);
  }

  protected holdAll(operand: number, next: readonly Expression[]): number {
    if (!this.program.isGlobal(operand) || !next.some((expression) => mayCall(expression))) return operand;
    const target = this.temporary();
    this.code.emit(-1, Op.Move, target, operand);
    return target;
  }

  /** Evaluates, and gives where the value is: in its variable, among the constants, or in the next temporary. */
  protected operand(expression: Expression): number {
    switch (expression.kind) {
      case "literal":
        this.push(expression.at);
        return this.program.constant(expression.value);
      case "identifier":
        return this.identifier(expression);
      case "paren":
        return this.operand(expression.inner);
      case "unary":
        if (expression.operator === Token.Add) return this.operand(expression.operand);
        break;
      case "function":
        if (this.resolution.functions.get(expression)!.free.length === 0) {
          this.push(expression.at);
          return this.functionConstant(expression);
        }
        break;
      default:
    }
    const target = this.temporary();
    this.into(expression, target);
    return target;
  }

  /** Notes an instruction of the reference that puts one value on its stack. */
  private push(at: number): void {
    this.code.previous = at;
    this.code.reach(this.code.depth + 1);
  }

  private identifier(identifier: Identifier): number {
    this.push(identifier.at);
    const meaning = this.resolution.names.get(identifier)!;
    if ("predefined" in meaning) return this.program.constant(meaning.predefined);
    if (meaning.scope === "builtin") return this.program.builtin(meaning.index);
    if (!isBoxed(meaning)) return this.place(meaning);
    const target = this.temporary();
    this.loadBoxed(meaning, target, identifier.at);
    return target;
  }

  /** Evaluates into `target`, which is written last. */
  protected into(expression: Expression, target: number): void {
    switch (expression.kind) {
      case "array":
        return this.array(expression.elements, expression.at, target);
      case "map":
        return this.map(expression, target);
      case "unary":
        return this.unary(expression, target);
      case "error":
      case "immutable":
        return this.wrap(expression.kind, expression.inner, expression.at, target);
      case "conditional":
        return this.conditional(expression, target);
      case "function":
        return this.closure(expression, target);
      case "import":
        return this.importExpression(expression, target);
      case "paren":
        return this.into(expression.inner, target);
      case "binary":
      case "call":
      case "index":
      case "slice":
        return this.chain(expression, target);
      default: {
        const operand = this.operand(expression);
        if (operand !== target) this.code.emit(-1, Op.Move, target, operand);
      }
    }
  }

  private array(elements: readonly Expression[], at: number, target: number): void {
    const { code } = this;
    const start = code.register(code.depth);
    for (const element of elements) {
      this.into(element, this.temporary());
      code.depth++;
    }
    code.depth -= elements.length;
    code.emit(at, Op.Array, target, start, elements.length);
    this.push(at);
  }

  private map(literal: MapLiteral, target: number): void {
    const { code } = this;
    const { entries, at } = literal;
    const start = code.register(code.depth);
    for (const entry of entries) {
      this.push(at);
      code.depth++;
      this.into(entry.value, this.temporary());
      code.depth++;
    }
    code.depth -= entries.length * 2;
    const shape = this.program.shape(entries.map((entry) => entry.key));
    code.emit(at, Op.Map, target, start, shape);
    this.push(at);
  }

  private unary(expression: UnaryExpression, target: number): void {
    const { operator, operand, at } = expression;
    if (operator === Token.Add) return this.into(operand, target);
    const value = this.operand(operand);
    const op = operator === Token.Not ? Op.Not : operator === Token.Subtract ? Op.Negate : Op.Complement;
    this.code.emit(this.code.previous, op, target, value);
    this.push(at);
  }

  private wrap(kind: "error" | "immutable", inner: Expression, at: number, target: number): void {
    const value = this.operand(inner);
    this.code.emit(this.code.previous, kind === "error" ? Op.Error : Op.Immutable, target, value);
    this.push(at);
  }

  private conditional(expression: ConditionalExpression, target: number): void {
    const otherwise = new Label();
    const end = new Label();
    this.jumpUnless(expression.condition, otherwise);
    this.into(expression.whenTrue, target);
    this.code.jump(expression.at, end, Op.Jump);
    this.code.mark(otherwise);
    this.into(expression.whenFalse, target);
    const { lastCall } = this.code;
    this.code.mark(end);
    this.code.lastCall = lastCall;
  }

  private functionConstant(literal: FunctionLiteral): number {
    return this.program.functionConstant(this.functionCode(literal));
  }

  private closure(literal: FunctionLiteral, target: number): void {
    const { free, defineFirst } = this.resolution.functions.get(literal)!;
    const { code } = this;
    if (free.length === 0) {
      this.push(literal.at);
      code.emit(-1, Op.Move, target, this.functionConstant(literal));
      return;
    }
    const index = this.program.functionIndex(this.functionCode(literal));
    for (const variable of defineFirst) {
      code.emit(literal.at, Op.BoxNew, variable.index, this.program.constant(undefined));
    }
    code.reach(code.depth + free.length);
    const kept = free.map((variable) => (variable.scope === "free" ? ~variable.index : variable.index));
    code.emit(literal.at, Op.Closure, target, index, kept.length);
    code.extend(kept);
    this.push(literal.at);
  }

  private importExpression(expression: ImportExpression, target: number): void {
    const { code } = this;
    const module = this.resolution.imports.get(expression)!;
    this.push(expression.at);
    if ("native" in module) {
      code.emit(expression.at, Op.Import, target, this.program.moduleIndex(module.native));
      return;
    }
    const start = code.register(code.depth) + 1;
    code.emit(expression.at, Op.Call, this.program.moduleFunction(module.source), start, 0, target);
  }

  /** A row of operators, calls, indexes and slices, from its left end on; only the last writes to `target`. */
  private chain(expression: Expression, target: number): void {
    const row: Expression[] = [];
    let first = expression;
    for (let inner = leftOf(first); inner !== undefined; inner = leftOf(first)) {
      row.push(first);
      first = inner;
    }
    let left = this.operand(first);
    for (let index = row.length - 1; index > 0; index--) {
      const result = this.temporary();
      this.link(row[index]!, left, result);
      left = result;
    }
    this.link(expression, left, target);
  }

  private link(expression: Expression, left: number, target: number): void {
    switch (expression.kind) {
      case "binary":
        return this.binary(expression, left, target);
      case "index":
        return this.index(expression, left, target);
      case "call":
        return this.call(expression, left, target);
      case "slice":
        return this.slice(expression, left, target);
      default:
    }
  }

  private binary(expression: BinaryExpression, left: number, target: number): void {
    const { operator, right, at } = expression;
    if (operator === Token.LogicalAnd || operator === Token.LogicalOr) return this.logical(expression, left, target);
    const { held, second } = this.rightOperand(left, right);
    this.binaryInstruction(operator, at, target, held, second);
    this.push(at);
  }

  private rightOperand(left: number, right: Expression): { held: number; second: number } {
    const held = this.hold(left, right);
    this.code.depth++;
    const second = this.operand(right);
    this.code.depth--;
    return { held, second };
  }

  protected binaryInstruction(operator: Token, at: number, target: number, left: number, right: number): void {
    const op = OPERATORS[operator];
    if (op === Op.Equal || op === Op.NotEqual || (op !== undefined && !this.program.counted)) {
      this.code.emit(at, op, target, left, right);
    } else {
      this.code.emit(at, Op.Binary, target, left, right, operator);
    }
  }

  private logical(expression: BinaryExpression, left: number, target: number): void {
    const { code } = this;
    const { at } = expression;
    const decided = new Label();
    const both = expression.operator === Token.LogicalAnd;
    code.previous = at;
    if (left === target) {
      code.branch(at, decided, !both, Op.JumpIf, left);
    } else {
      const evaluate = new Label();
      code.branch(at, evaluate, both, Op.JumpIf, left);
      code.emit(-1, Op.Move, target, left);
      code.jump(at, decided, Op.Jump);
      code.mark(evaluate);
    }
    this.into(expression.right, target);
    const { lastCall } = code;
    code.mark(decided);
    code.lastCall = lastCall;
  }

  private index(expression: IndexExpression, left: number, target: number): void {
    const { held, second } = this.rightOperand(left, expression.index);
    this.code.emit(this.code.previous, Op.Index, target, held, second);
    this.push(expression.at);
  }

  private slice(expression: SliceExpression, left: number, target: number): void {
    const { code } = this;
    const { low, high, at } = expression;
    const bounds = [low, high].filter((bound) => bound !== undefined);
    const held = this.holdAll(left, bounds);
    code.depth++;
    const from =
      low === undefined ? this.absent(at) : this.holdAll(this.operand(low), high === undefined ? [] : [high]);
    code.depth++;
    const to = high === undefined ? this.absent(at) : this.operand(high);
    code.depth -= 2;
    code.emit(code.previous, Op.Slice, target, held, from, to);
    this.push(at);
  }

  private absent(at: number): number {
    this.push(at);
    return this.program.constant(undefined);
  }

  private call(expression: CallExpression, callee: number, target: number): void {
    const { code } = this;
    const { args, spread, at } = expression;
    const held = this.holdAll(callee, args);
    code.depth++;
    const start = code.register(code.depth);
    for (const argument of args) {
      this.into(argument, this.temporary());
      code.depth++;
    }
    code.depth -= args.length + 1;
    const place = code.emit(at, spread ? Op.SpreadCall : Op.Call, held, start, args.length, target);
    this.push(at);
    code.lastCall = place;
  }

  // Conditions

  protected jumpUnless(condition: Expression, label: Label): void {
    this.branch(condition, label, false);
  }

  protected jumpIf(condition: Expression, label: Label): void {
    this.branch(condition, label, true);
  }

  /** Jumps when the condition is as `wanted`; comparisons need not become values. */
  private branch(condition: Expression, label: Label, wanted: boolean): void {
    if (condition.kind === "paren") return this.branch(condition.inner, label, wanted);
    if (condition.kind === "unary" && condition.operator === Token.Not) {
      return this.branch(condition.operand, label, !wanted);
    }
    if (condition.kind === "binary") {
      const { operator } = condition;
      if (operator === Token.LogicalAnd || operator === Token.LogicalOr) {
        return this.branchLogical(condition, label, wanted);
      }
      const op = COMPARISONS[operator];
      if (op !== undefined && !this.program.counted) {
        const { held, second } = this.rightOperand(this.operand(condition.left), condition.right);
        this.code.branch(condition.at, label, wanted, op, held, second);
        this.code.previous = condition.at;
        return;
      }
    }
    const value = this.operand(condition);
    this.code.branch(condition.at, label, wanted, Op.JumpIf, value);
  }

  private branchLogical(condition: BinaryExpression, label: Label, wanted: boolean): void {
    const either = condition.operator === Token.LogicalOr;
    if (either === wanted) {
      this.branch(condition.left, label, wanted);
      this.branch(condition.right, label, wanted);
      return;
    }
    const over = new Label();
    this.branch(condition.left, over, !wanted);
    this.branch(condition.right, label, wanted);
    this.code.mark(over);
  }
}

/** Whether a variable lives in a box, as closures share it. */
export function isBoxed(variable: Variable): boolean {
  return variable.scope === "free" || (variable.scope === "local" && variable.captured);
}

/** The operators that have an instruction of their own. */
const OPERATORS: Readonly<Record<number, Op>> = {
  [Token.Add]: Op.Add,
  [Token.Subtract]: Op.Subtract,
  [Token.Multiply]: Op.Multiply,
  [Token.Remainder]: Op.Remainder,
  [Token.Equal]: Op.Equal,
  [Token.NotEqual]: Op.NotEqual,
};

const COMPARISONS: Readonly<Record<number, Op>> = {
  [Token.Less]: Op.JumpLess,
  [Token.LessEqual]: Op.JumpLessEqual,
  [Token.Greater]: Op.JumpGreater,
  [Token.GreaterEqual]: Op.JumpGreaterEqual,
  [Token.Equal]: Op.JumpEqual,
  [Token.NotEqual]: Op.JumpNotEqual,
};
