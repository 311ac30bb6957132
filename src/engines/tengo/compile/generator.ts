import { Op } from "../run/dispatch.ts";
import type {
  AssignStatement,
  Block,
  Expression,
  ForInStatement,
  ForStatement,
  FunctionLiteral,
  IfStatement,
  Statement,
} from "../syntax/ast.ts";
import { operatorOfAssignment, Token } from "../syntax/token.ts";
import type { SourceFile } from "../syntax/position.ts";
import { ExpressionGenerator, isBoxed } from "./expression-generator.ts";
import { FunctionBuilder, Label } from "./function-builder.ts";
import { NOWHERE, REGISTER, type CompiledCode } from "./function-code.ts";
import type { ProgramBuilder } from "./program-builder.ts";
import { assignmentTarget, type Resolution } from "./resolver.ts";
import type { Variable } from "./symbol-table.ts";

interface Loop {
  readonly next: Label;
  readonly end: Label;
}

/** Makes the instructions of a function, of a module or of the script from its resolved tree. It cannot fail. */
export class Generator extends ExpressionGenerator {
  private readonly loops: Loop[] = [];
  /** The call that the last statement is, when nothing came after it. */
  private lastCall = -1;

  constructor(
    private readonly file: SourceFile,
    resolution: Resolution,
    program: ProgramBuilder,
    private readonly exports: "ignored" | "return" | "immutable",
    locals: number,
  ) {
    super(new FunctionBuilder(file, locals), resolution, program);
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

  protected override functionCode(literal: FunctionLiteral): CompiledCode {
    const { parameters, locals } = this.resolution.functions.get(literal)!;
    const inner = new Generator(this.file, this.resolution, this.program, "ignored", locals);
    return inner.functionBody(literal, parameters);
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
    if (this.lastCall >= 0) this.code.unheard.add(this.lastCall);
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
}
