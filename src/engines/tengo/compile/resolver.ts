import { TengoSourceError } from "../errors.ts";
import { BUILTINS } from "../run/builtins.ts";
import type {
  AssignStatement,
  Block,
  Expression,
  ForInStatement,
  ForStatement,
  FunctionLiteral,
  Identifier,
  IfStatement,
  ImportExpression,
  ReturnStatement,
  Statement,
} from "../syntax/ast.ts";
import { describePosition, type SourceFile } from "../syntax/position.ts";
import { operatorOfAssignment, Token } from "../syntax/token.ts";
import type { TengoValue } from "../values.ts";
import { SymbolTable, type Variable } from "./symbol-table.ts";

/** What the resolver finds out of a function literal. */
export interface FunctionScope {
  /** The variables of its parameters. */
  readonly parameters: readonly Variable[];
  /** What it keeps of the enclosing function. */
  readonly free: readonly Variable[];
  /** Variables that must exist, undefined, before it is made: it calls itself by them. */
  readonly defineFirst: readonly Variable[];
  readonly locals: number;
}

/** The variables of a for-in loop. */
export interface LoopVariables {
  readonly iterator: Variable;
  readonly key: Variable | undefined;
  readonly value: Variable | undefined;
}

/** What `import(name)` gives: a native module, or one in Tengo source. */
export type ImportedModule = { readonly native: string } | { readonly source: ModuleScope };

/** A module in Tengo source, resolved. */
export interface ModuleScope {
  readonly file: SourceFile;
  readonly statements: readonly Statement[];
  readonly resolution: Resolution;
  readonly locals: number;
}

/** What all the names in a tree stand for. A predefined value stands for itself. */
export class Resolution {
  readonly names = new Map<Identifier, Variable | { readonly predefined: TengoValue }>();
  readonly targets = new Map<AssignStatement, Variable>();
  readonly functions = new Map<FunctionLiteral, FunctionScope>();
  readonly loops = new Map<ForInStatement, LoopVariables>();
  readonly imports = new Map<ImportExpression, ImportedModule>();
}

/** What a resolver asks of the program it is part of. */
export interface ResolverHost {
  readonly predefined: ReadonlyMap<string, TengoValue>;
  readonly maxStringLength: number;
  /** Whether `export` in this file means something. */
  readonly exports: boolean;
  /** Finds a module; `fail` throws the error of a module that cannot be had. */
  importModule(name: string, fail: (message: string) => never): ImportedModule;
}

const MAX_PARAMETERS = 255;

/** A table with the builtin functions. */
export function builtinTable(): SymbolTable {
  const table = new SymbolTable(undefined, false);
  for (const [index, builtin] of BUILTINS.entries()) table.defineBuiltin(index, builtin.name);
  return table;
}

/** Finds what every name of a file stands for, in the order in which the reference compiles, so that the same error comes first. */
export class Resolver {
  readonly resolution = new Resolution();
  private loops = 0;
  private functions = 0;

  constructor(
    private readonly file: SourceFile,
    private table: SymbolTable,
    private readonly host: ResolverHost,
  ) {}

  /** Resolves the statements of the top level. */
  resolveFile(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private fail(at: number, message: string): never {
    const position = this.file.positionOf(Math.max(at, 0));
    const text = `Compile Error: ${message}\n\tat ${describePosition(position)}`;
    throw new TengoSourceError("compile", text, message, position);
  }

  private open(): void {
    this.table = new SymbolTable(this.table, true);
  }

  private close(): void {
    this.table = this.table.outer!;
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case "expression-statement":
        return this.expression(statement.expression);
      case "assign":
        return this.assignment(statement);
      case "block":
        return this.block(statement);
      case "if":
        return this.ifStatement(statement);
      case "for":
        return this.forStatement(statement);
      case "for-in":
        return this.forInStatement(statement);
      case "break":
      case "continue":
        if (this.loops === 0) this.fail(statement.at, `${statement.kind} not allowed outside loop`);
        return;
      case "return":
        return this.returnStatement(statement);
      case "export":
        if (this.functions > 0) this.fail(statement.at, "export not allowed inside function");
        if (this.host.exports) this.expression(statement.result);
        return;
      case "empty":
    }
  }

  private block(block: Block): void {
    if (block.statements.length === 0) return;
    this.open();
    for (const statement of block.statements) this.statement(statement);
    this.close();
  }

  private ifStatement(first: IfStatement): void {
    let opened = 0;
    let statement: Statement | undefined = first;
    while (statement?.kind === "if") {
      this.open();
      opened++;
      if (statement.start !== undefined) this.statement(statement.start);
      this.expression(statement.condition);
      this.block(statement.body);
      statement = statement.otherwise;
    }
    if (statement !== undefined) this.statement(statement);
    for (; opened > 0; opened--) this.close();
  }

  private forStatement(statement: ForStatement): void {
    this.open();
    if (statement.start !== undefined) this.statement(statement.start);
    if (statement.condition !== undefined) this.expression(statement.condition);
    this.loops++;
    this.block(statement.body);
    this.loops--;
    if (statement.after !== undefined) this.statement(statement.after);
    this.close();
  }

  private forInStatement(statement: ForInStatement): void {
    this.open();
    const iterator = this.table.define(":it");
    iterator.assigned = true;
    this.expression(statement.iterable);
    this.loops++;
    const key = this.loopVariable(statement.key);
    const value = this.loopVariable(statement.value);
    this.resolution.loops.set(statement, { iterator, key, value });
    this.block(statement.body);
    this.loops--;
    this.close();
  }

  private loopVariable({ name }: Identifier): Variable | undefined {
    if (name === "_") return undefined;
    const variable = this.table.define(name);
    variable.assigned = true;
    return variable;
  }

  private returnStatement(statement: ReturnStatement): void {
    if (this.table.isGlobal) this.fail(statement.at, "return not allowed outside function");
    if (statement.result !== undefined) this.expression(statement.result);
  }

  private assignment(statement: AssignStatement): void {
    const { targets, values, operator, at } = statement;
    if (targets.length > 1 || values.length > 1) this.fail(at, "tuple assignment not allowed");
    const [target] = targets;
    const [value] = values;
    const { name, selectors } = assignmentTarget(target);
    const define = operator === Token.Define;
    if (define && selectors.length > 0) this.fail(at, "operator ':=' not allowed with selector");
    if (selectors.length > MAX_PARAMETERS) this.fail(at, "too many selectors");
    const found = this.table.resolve(name);
    if (define && found?.depth === 0) this.fail(at, `'${name}' redeclared in this block`);
    if (!define && (found === undefined || found.variable.scope === "builtin")) {
      this.fail(at, `unresolved reference '${name}'`);
    }
    const early = define && value.kind === "function" ? this.table.define(name) : undefined;
    if (operatorOfAssignment(operator) !== undefined) this.expression(target);
    this.expression(value);
    const variable = define ? (early ?? this.table.define(name)) : found!.variable;
    for (let index = selectors.length - 1; index >= 0; index--) this.expression(selectors[index]!);
    this.resolution.targets.set(statement, variable);
    if (variable.scope === "local") variable.assigned = true;
  }

  private expression(expression: Expression): void {
    switch (expression.kind) {
      case "identifier":
        return this.identifier(expression);
      case "literal":
        return this.checkLength(expression.value, expression.at);
      case "paren":
        return this.expression(expression.inner);
      case "unary":
        return this.expression(expression.operand);
      case "error":
      case "immutable":
        return this.expression(expression.inner);
      case "array":
        for (const element of expression.elements) this.expression(element);
        return;
      case "map":
        for (const entry of expression.entries) {
          this.checkLength(entry.key, expression.at);
          this.expression(entry.value);
        }
        return;
      case "conditional":
        this.expression(expression.condition);
        this.expression(expression.whenTrue);
        return this.expression(expression.whenFalse);
      case "function":
        return this.functionLiteral(expression);
      case "import":
        return this.importExpression(expression);
      case "bad":
        return;
      default:
        return this.chain(expression);
    }
  }

  /** Operators, calls, indexes and slices in a row, which may be of any length: without recursion along it. */
  private chain(expression: Expression): void {
    const row: Expression[] = [];
    let first = expression;
    for (let inner = leftOf(first); inner !== undefined; inner = leftOf(first)) {
      row.push(first);
      first = inner;
    }
    this.expression(first);
    for (let index = row.length - 1; index >= 0; index--) this.restOf(row[index]!);
  }

  private restOf(expression: Expression): void {
    switch (expression.kind) {
      case "binary":
        return this.expression(expression.right);
      case "index":
        return this.expression(expression.index);
      case "call":
        if (expression.args.length > MAX_PARAMETERS) this.fail(expression.at, "too many arguments");
        for (const argument of expression.args) this.expression(argument);
        return;
      case "slice":
        if (expression.low !== undefined) this.expression(expression.low);
        if (expression.high !== undefined) this.expression(expression.high);
        return;
      default:
    }
  }

  private identifier(identifier: Identifier): void {
    const found = this.table.resolve(identifier.name);
    if (found !== undefined) {
      this.resolution.names.set(identifier, found.variable);
    } else if (this.host.predefined.has(identifier.name)) {
      this.resolution.names.set(identifier, { predefined: this.host.predefined.get(identifier.name) });
    } else {
      this.fail(identifier.at, `unresolved reference '${identifier.name}'`);
    }
  }

  private checkLength(value: TengoValue, at: number): void {
    if (typeof value === "string" && value.length > this.host.maxStringLength) {
      this.fail(at, "exceeding string size limit");
    }
  }

  private functionLiteral(literal: FunctionLiteral): void {
    const table = new SymbolTable(this.table, false);
    const outer = this.table;
    const { loops } = this;
    this.table = table;
    this.loops = 0;
    this.functions++;
    const parameters = literal.parameters.map(({ name }) => {
      const variable = table.define(name);
      variable.assigned = true;
      return variable;
    });
    if (parameters.length > MAX_PARAMETERS) this.fail(literal.at, "too many parameters");
    this.block(literal.body);
    this.functions--;
    this.loops = loops;
    this.table = outer;
    if (table.size > 256) this.fail(literal.at, "too many variables in a function");
    if (table.free.length > 255) this.fail(literal.at, "too many variables of enclosing functions");
    const defineFirst = table.free.filter((variable) => variable.scope === "local" && !variable.assigned);
    for (const variable of defineFirst) variable.assigned = true;
    this.resolution.functions.set(literal, { parameters, free: table.free, defineFirst, locals: table.size });
  }

  private importExpression(expression: ImportExpression): void {
    const fail = (message: string): never => this.fail(expression.at, message);
    if (expression.module === "") fail("empty module name");
    this.resolution.imports.set(expression, this.host.importModule(expression.module, fail));
  }
}

/** The operand with which a row of operators, calls, indexes and slices goes on to the left. */
export function leftOf(expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case "binary":
      return expression.left;
    case "call":
      return expression.callee;
    case "index":
    case "slice":
      return expression.target;
    default:
      return undefined;
  }
}

/** The variable's name (empty where there is none) and the selectors of what is assigned to, outermost first. */
export function assignmentTarget(target: Expression): { name: string; selectors: Expression[] } {
  const selectors: Expression[] = [];
  let inner = target;
  while (inner.kind === "index") {
    selectors.push(inner.index);
    inner = inner.target;
  }
  selectors.reverse();
  return { name: inner.kind === "identifier" ? inner.name : "", selectors };
}
