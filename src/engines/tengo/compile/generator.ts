import { Op } from "../run/dispatch.ts";
import type {
  AssignStatement,
  Block,
  CallExpression,
  ConditionalExpression,
  Expression,
  ForInStatement,
  ForStatement,
  FunctionLiteral,
  Identifier,
  IfStatement,
  ImportExpression,
  IndexExpression,
  BinaryExpression,
  MapLiteral,
  SliceExpression,
  Statement,
  UnaryExpression,
} from "../syntax/ast.ts";
import { operatorOfAssignment, Token } from "../syntax/token.ts";
import type { SourceFile } from "../syntax/position.ts";
import { FunctionBuilder, Label } from "./function-builder.ts";
import { NOWHERE, REGISTER, type CompiledCode } from "./function-code.ts";
import { mayCall } from "./may-call.ts";
import type { ProgramBuilder } from "./program-builder.ts";
import { assignmentTarget, leftOf, type Resolution } from "./resolver.ts";
import type { Variable } from "./symbol-table.ts";

interface Loop {
  readonly next: Label;
  readonly end: Label;
}

/** Makes the instructions of a function, of a module or of the script from its resolved tree. It cannot fail. */
export class Generator {
  private readonly code: FunctionBuilder;
  private readonly loops: Loop[] = [];
  /** The call that the last statement is, when nothing came after it. */
  private lastCall = -1;

  constructor(
    private readonly file: SourceFile,
    private readonly resolution: Resolution,
    private readonly program: ProgramBuilder,
    private readonly exports: "ignored" | "return" | "immutable",
    locals: number,
  ) {
    this.code = new FunctionBuilder(file, locals);
  }

  /** The code of a file's top level. */
  topLevel(statements: readonly Statement[]): CompiledCode {
    for (const statement of statements) this.statement(statement);
    this.finish();
    return this.code.build(0, false);
  }

  /** The code of a function. */
  functionBody(literal: FunctionLiteral, parameters: readonly Variable[]): CompiledCode {
    for (const variable of parameters) {
      if (variable.captured) this.code.emit(literal.at, Op.BoxNew, variable.index, REGISTER | variable.index);
    }
    this.block(literal.body);
    this.finish();
    return this.code.build(literal.parameters.length, literal.variadic, literal.name);
  }

  private finish(): void {
    this.makeTailCall(this.lastCall);
    this.code.emit(-1, Op.Return, this.program.constant(undefined));
  }

  private makeTailCall(call: number): void {
    if (call >= 0) this.code.makeTailCall(call);
  }

  // Statements

  private statement(statement: Statement): void {
    const call = this.lastCall;
    this.lastCall = -1;
    switch (statement.kind) {
      case "expression-statement":
        return this.expressionStatement(statement.expression);
      case "assign":
        return this.assignment(statement);
      case "block":
        this.lastCall = call;
        return this.block(statement);
      case "if":
        return this.ifStatement(statement);
      case "for":
        return this.forStatement(statement);
      case "for-in":
        return this.forInStatement(statement);
      case "break":
        return this.code.jump(statement.at, this.loops.at(-1)!.end, Op.Jump);
      case "continue":
        return this.code.jump(statement.at, this.loops.at(-1)!.next, Op.Jump);
      case "return":
        if (statement.result === undefined) {
          this.makeTailCall(call);
          this.code.emit(statement.at, Op.Return, this.program.constant(undefined));
          return;
        }
        return this.returnValue(statement.result, statement.at);
      case "export":
        return this.exportStatement(statement.result, statement.at);
      case "empty":
        this.lastCall = call;
    }
  }

  private block(block: Block): void {
    for (const statement of block.statements) this.statement(statement);
  }

  private expressionStatement(expression: Expression): void {
    this.code.lastCall = -1;
    this.operand(expression);
    this.lastCall = this.code.lastCall;
  }

  private returnValue(result: Expression, at: number): void {
    this.code.lastCall = -1;
    const value = this.operand(result);
    this.makeTailCall(this.code.lastCall);
    this.code.emit(at, Op.Return, value);
  }

  private exportStatement(result: Expression, at: number): void {
    if (this.exports === "ignored") return;
    const value = this.operand(result);
    if (this.exports === "return") {
      this.code.emit(at, Op.Return, value);
      return;
    }
    const target = this.temporary();
    this.code.emit(this.code.previous, Op.Immutable, target, value);
    this.code.emit(at, Op.Return, target);
  }

  private ifStatement(first: IfStatement): void {
    const end = new Label();
    let statement: Statement | undefined = first;
    while (statement?.kind === "if") {
      const otherwise = new Label();
      if (statement.start !== undefined) this.statement(statement.start);
      this.jumpUnless(statement.condition, otherwise);
      this.lastCall = -1;
      this.block(statement.body);
      if (statement.otherwise !== undefined) {
        this.code.jump(statement.at, end, Op.Jump);
        this.lastCall = -1;
      }
      this.code.mark(otherwise);
      statement = statement.otherwise;
    }
    if (statement !== undefined) this.statement(statement);
    this.code.mark(end);
  }

  private forStatement(statement: ForStatement): void {
    const loop: Loop = { next: new Label(), end: new Label() };
    const body = new Label();
    const test = new Label();
    if (statement.start !== undefined) this.statement(statement.start);
    if (statement.condition !== undefined) this.code.jump(statement.at, test, Op.Jump);
    this.code.mark(body);
    this.loops.push(loop);
    this.block(statement.body);
    this.loops.pop();
    this.code.mark(loop.next);
    if (statement.after !== undefined) this.statement(statement.after);
    this.code.mark(test);
    if (statement.condition === undefined) this.code.jump(statement.at, body, Op.Jump);
    else this.jumpIf(statement.condition, body);
    this.code.mark(loop.end);
    this.lastCall = -1;
  }

  private forInStatement(statement: ForInStatement): void {
    const variables = this.resolution.loops.get(statement)!;
    const loop: Loop = { next: new Label(), end: new Label() };
    const body = new Label();
    const iterable = this.operand(statement.iterable);
    const iterator = this.place(variables.iterator);
    this.code.emit(this.code.previous, Op.Iterate, iterator, iterable);
    this.code.jump(statement.at, loop.next, Op.Jump);
    this.code.mark(body);
    const key = this.loopTarget(variables.key, 0);
    const value = this.loopTarget(variables.value, 1);
    if (variables.key?.captured === true) this.code.emit(statement.at, Op.BoxNew, variables.key.index, key);
    if (variables.value?.captured === true) this.code.emit(statement.at, Op.BoxNew, variables.value.index, value);
    this.loops.push(loop);
    this.block(statement.body);
    this.loops.pop();
    this.code.mark(loop.next);
    this.code.jump(statement.at, body, Op.Next, iterator, key, value);
    this.code.mark(loop.end);
    this.lastCall = -1;
  }

  private loopTarget(variable: Variable | undefined, depth: number): number {
    if (variable === undefined) return NOWHERE;
    return isBoxed(variable) ? REGISTER | this.code.register(depth) : this.place(variable);
  }

  // Assignments

  private assignment(statement: AssignStatement): void {
    const [target] = statement.targets;
    const [value] = statement.values;
    const variable = this.resolution.targets.get(statement)!;
    const { selectors } = assignmentTarget(target);
    const operator = operatorOfAssignment(statement.operator);
    if (selectors.length > 0) {
      this.assignItem(statement, variable, selectors, operator);
    } else if (isBoxed(variable)) {
      const operand =
        operator === undefined
          ? this.operand(value)
          : this.compound(statement, operator, target, value, this.temporary());
      const first = statement.operator === Token.Define && !this.definedFirst(value, variable);
      this.storeBoxed(variable, operand, first, statement.at);
    } else if (operator === undefined) {
      this.into(value, this.place(variable));
    } else {
      this.compound(statement, operator, target, value, this.place(variable));
    }
  }

  /** Whether the box of a variable was made before its function, so that it must be kept. */
  private definedFirst(value: Expression, variable: Variable): boolean {
    return value.kind === "function" && this.resolution.functions.get(value)!.defineFirst.includes(variable);
  }

  private storeBoxed(variable: Variable, operand: number, first: boolean, at: number): void {
    if (variable.scope === "free") this.code.emit(at, Op.FreeSet, variable.index, operand);
    else this.code.emit(at, first ? Op.BoxNew : Op.BoxSet, variable.index, operand);
  }

  private compound(
    statement: AssignStatement,
    operator: Token,
    target: Expression,
    value: Expression,
    result: number,
  ): number {
    const left = this.hold(this.operand(target), value);
    this.code.depth++;
    const right = this.operand(value);
    this.code.depth--;
    this.binaryInstruction(operator, statement.at, result, left, right);
    return result;
  }

  private assignItem(
    statement: AssignStatement,
    variable: Variable,
    selectors: readonly Expression[],
    operator: Token | undefined,
  ): void {
    const { code } = this;
    const depth = code.depth;
    const [target] = statement.targets;
    const [source] = statement.values;
    const value =
      operator === undefined
        ? this.operand(source)
        : this.compound(statement, operator, target, source, this.temporary());
    const held = this.holdAll(value, selectors);
    code.depth++;
    const operands = selectors.map(() => NOWHERE);
    for (let index = selectors.length - 1; index >= 0; index--) {
      operands[index] = this.holdAll(this.operand(selectors[index]!), selectors.slice(0, index));
      code.depth++;
    }
    const container = this.containerOperand(variable, statement.at);
    code.depth = depth;
    const [first] = operands;
    if (operands.length === 1) code.emit(statement.at, Op.SetIndex, container, first!, held);
    else {
      code.emit(statement.at, Op.SetSelector, container, held, operands.length);
      code.extend(operands);
    }
  }

  private containerOperand(variable: Variable, at: number): number {
    if (!isBoxed(variable)) return this.place(variable);
    const target = this.temporary();
    this.loadBoxed(variable, target, at);
    return target;
  }

  // Values

  /** The operand of a variable that lies in a register or among the globals. */
  private place(variable: Variable): number {
    return variable.scope === "global" ? variable.index : REGISTER | variable.index;
  }

  /** The register of the next intermediate value. */
  private temporary(): number {
    return REGISTER | this.code.register(this.code.depth);
  }

  private loadBoxed(variable: Variable, target: number, at: number): void {
    this.code.emit(at, variable.scope === "free" ? Op.FreeGet : Op.BoxGet, target, variable.index);
  }

  /** Copies a global that a call in what is evaluated next might change. */
  private hold(operand: number, ...next: readonly Expression[]): number {
    return this.holdAll(operand, next);
  }

  private holdAll(operand: number, next: readonly Expression[]): number {
    if (!this.program.isGlobal(operand) || !next.some((expression) => mayCall(expression))) return operand;
    const target = this.temporary();
    this.code.emit(-1, Op.Move, target, operand);
    return target;
  }

  /** Evaluates, and gives where the value is: in its variable, among the constants, or in the next temporary. */
  private operand(expression: Expression): number {
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
  private into(expression: Expression, target: number): void {
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

  private functionCode(literal: FunctionLiteral): CompiledCode {
    const scope = this.resolution.functions.get(literal)!;
    const inner = new Generator(this.file, this.resolution, this.program, "ignored", scope.locals);
    return inner.functionBody(literal, scope.parameters);
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

  private binaryInstruction(operator: Token, at: number, target: number, left: number, right: number): void {
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

  private jumpUnless(condition: Expression, label: Label): void {
    this.branch(condition, label, false);
  }

  private jumpIf(condition: Expression, label: Label): void {
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

function isBoxed(variable: Variable): boolean {
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
