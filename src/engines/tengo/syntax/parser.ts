import { decodeRune } from "../byte-strings.ts";
import { TengoSourceError, type TengoPosition } from "../errors.ts";
import { NumberFault, parseFloat64, parseInt64, unquote } from "../forms/index.ts";
import { TengoChar, TengoFloat } from "../values.ts";
import {
  ArrayLiteral,
  AssignStatement,
  BadExpression,
  BinaryExpression,
  Block,
  BranchStatement,
  CallExpression,
  ConditionalExpression,
  EmptyStatement,
  ExportStatement,
  ExpressionStatement,
  ForInStatement,
  ForStatement,
  FunctionLiteral,
  Identifier,
  IfStatement,
  ImportExpression,
  IndexExpression,
  Literal,
  MapLiteral,
  ParenExpression,
  ReturnStatement,
  SliceExpression,
  UnaryExpression,
  WrapExpression,
  type Expression,
  type MapEntry,
  type Statement,
} from "./ast.ts";
import { describePosition, type SourceFile } from "./position.ts";
import { Scanner } from "./scanner.ts";
import { isLiteral, operatorOfAssignment, precedence, Token, TOKEN_TEXT } from "./token.ts";

/** How deeply expressions and blocks may lie within each other: more would exhaust the stack of this program. */
const MAX_NESTING = 2000;

/** How many `else if` a chain may have. */
const MAX_BRANCHES = 10_000;

/** After this many faults the parser gives up. */
const MAX_FAULTS = 10;

/** How often it may stop at the same place while it looks for the next statement. */
const MAX_STALLS = 10;

interface Fault {
  readonly position: TengoPosition;
  readonly message: string;
}

/** One `if` of a chain. */
interface IfBranch {
  readonly at: number;
  readonly start: Statement | undefined;
  readonly condition: Expression;
  readonly body: Block;
}

const GAVE_UP = Symbol("gave up");

/** The statements of a source. Throws `TengoSourceError` with the reference's text. */
export function parse(file: SourceFile): readonly Statement[] {
  const parser = new Parser(file);
  try {
    const statements = parser.parseFile();
    if (parser.faults.length === 0) return statements;
  } catch (error) {
    if (error !== GAVE_UP) throw error;
  }
  throw sourceError(parser.faults);
}

function sourceError(faults: Fault[]): TengoSourceError {
  faults.sort(
    (a, b) =>
      a.position.line - b.position.line ||
      a.position.column - b.position.column ||
      (a.message < b.message ? -1 : Number(a.message > b.message)),
  );
  const first = faults[0]!;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more errors)` : "";
  const text = `Parse Error: ${first.message}\n\tat ${describePosition(first.position)}${more}`;
  return new TengoSourceError("parse", text, first.message, first.position);
}

/** Recursive descent as Go's parser does it, with its way of going on after a fault. */
class Parser {
  readonly faults: Fault[] = [];
  private readonly scanner: Scanner;
  private token = Token.EndOfFile;
  private literal = "";
  private at = 0;
  private nesting = 0;
  private syncAt = -1;
  private syncStalls = 0;

  constructor(private readonly file: SourceFile) {
    this.scanner = new Scanner(file.source, (offset, message) => {
      this.faults.push({ position: file.positionOf(offset), message });
    });
    this.next();
  }

  /** A closing brace at the top level ends the file, as in the reference. */
  parseFile(): readonly Statement[] {
    return this.faults.length > 0 ? [] : this.parseStatements();
  }

  private next(): void {
    this.scanner.scan();
    this.token = this.scanner.token;
    this.literal = this.scanner.literal;
    this.at = this.scanner.position;
  }

  private is(token: Token): boolean {
    return this.token === token;
  }

  private fault(at: number, message: string): void {
    const position = this.file.positionOf(at);
    const count = this.faults.length;
    if (this.faults[count - 1]?.position.line === position.line) return;
    if (count > MAX_FAULTS) throw GAVE_UP;
    this.faults.push({ position, message });
  }

  private faultExpected(at: number, what: string): void {
    let found = "";
    if (at === this.at) {
      if (this.is(Token.Semicolon) && this.literal === "\n") found = ", found newline";
      else if (isLiteral(this.token)) found = `, found ${this.literal}`;
      else found = `, found '${TOKEN_TEXT[this.token]}'`;
    }
    this.fault(at, `expected ${what}${found}`);
  }

  private expect(token: Token): number {
    const at = this.at;
    if (this.token !== token) this.faultExpected(at, `'${TOKEN_TEXT[token]}'`);
    this.next();
    return at;
  }

  private expectSemicolon(): void {
    switch (this.token) {
      case Token.RightParen:
      case Token.RightBrace:
        return;
      case Token.Comma:
        this.faultExpected(this.at, "';'");
        this.next();
        return;
      case Token.Semicolon:
        this.next();
        return;
      default:
        this.faultExpected(this.at, "';'");
        this.skipToStatement();
    }
  }

  /** Skips to where a statement may begin, but not for ever to the same place. */
  private skipToStatement(): void {
    for (; !this.is(Token.EndOfFile); this.next()) {
      if (!beginsStatement(this.token)) continue;
      if (this.at === this.syncAt && this.syncStalls < MAX_STALLS) {
        this.syncStalls++;
        return;
      }
      if (this.at > this.syncAt) {
        this.syncAt = this.at;
        this.syncStalls = 0;
        return;
      }
    }
  }

  /** Whether a comma and one more item follow; a newline before the closing token is skipped. */
  private expectComma(closing: Token, what: string): boolean {
    if (this.is(Token.Comma)) {
      this.next();
      if (this.token !== closing) return true;
      this.faultExpected(this.at, what);
      return false;
    }
    if (this.is(Token.Semicolon) && this.literal === "\n") this.next();
    return false;
  }

  private enter(): void {
    if (++this.nesting > MAX_NESTING) this.giveUp();
  }

  private giveUp(): never {
    this.faults.push({ position: this.file.positionOf(this.at), message: "nesting too deep" });
    throw GAVE_UP;
  }

  private parseExpression(): Expression {
    this.enter();
    const expression = this.parseBinary(1);
    const whole = this.is(Token.Question) ? this.parseConditional(expression) : expression;
    this.nesting--;
    return whole;
  }

  private parseBinary(lowest: number): Expression {
    let left = this.parseUnary();
    for (;;) {
      const operator = this.token;
      const binding = precedence(operator);
      if (binding < lowest) return left;
      this.next();
      left = new BinaryExpression(operator, left, this.parseBinary(binding + 1));
    }
  }

  private parseConditional(condition: Expression): Expression {
    this.expect(Token.Question);
    const whenTrue = this.parseExpression();
    this.expect(Token.Colon);
    return new ConditionalExpression(condition, whenTrue, this.parseExpression());
  }

  private parseUnary(): Expression {
    switch (this.token) {
      case Token.Add:
      case Token.Subtract:
      case Token.Not:
      case Token.Xor: {
        const operator = this.token;
        this.next();
        this.enter();
        const operand = this.parseUnary();
        this.nesting--;
        return new UnaryExpression(operator, operand);
      }
      default:
        return this.parsePrimary();
    }
  }

  private parsePrimary(): Expression {
    let expression = this.parseOperand();
    for (;;) {
      switch (this.token) {
        case Token.Period: {
          this.next();
          const at = this.at;
          if (!this.is(Token.Identifier)) {
            this.faultExpected(at, "selector");
            this.skipToStatement();
            return new BadExpression(at);
          }
          expression = new IndexExpression(expression, new Literal(this.literal, at));
          this.next();
          break;
        }
        case Token.LeftBracket:
          expression = this.parseIndexOrSlice(expression);
          break;
        case Token.LeftParen:
          expression = this.parseCall(expression);
          break;
        default:
          return expression;
      }
    }
  }

  private parseCall(callee: Expression): Expression {
    this.expect(Token.LeftParen);
    const args: Expression[] = [];
    let spread = false;
    while (!this.is(Token.RightParen) && !this.is(Token.EndOfFile) && !spread) {
      args.push(this.parseExpression());
      if (this.is(Token.Ellipsis)) {
        spread = true;
        this.next();
      }
      if (!this.expectComma(Token.RightParen, "call argument")) break;
    }
    this.expect(Token.RightParen);
    return new CallExpression(callee, args, spread);
  }

  private parseIndexOrSlice(target: Expression): Expression {
    this.expect(Token.LeftBracket);
    let low: Expression | undefined;
    let high: Expression | undefined;
    if (!this.is(Token.Colon)) low = this.parseExpression();
    const sliced = this.is(Token.Colon);
    if (sliced) {
      this.next();
      if (!this.is(Token.RightBracket) && !this.is(Token.EndOfFile)) high = this.parseExpression();
    }
    this.expect(Token.RightBracket);
    return sliced || low === undefined ? new SliceExpression(target, low, high) : new IndexExpression(target, low);
  }

  private parseOperand(): Expression {
    const at = this.at;
    switch (this.token) {
      case Token.Identifier:
        return this.parseIdentifier();
      case Token.Int:
      case Token.Float:
        return this.parseNumber();
      case Token.Char:
        return this.parseChar();
      case Token.String:
        return this.literalOf(unquote(this.literal) ?? "");
      case Token.True:
      case Token.False:
        return this.literalOf(this.is(Token.True));
      case Token.Undefined:
        return this.literalOf(undefined);
      case Token.Import:
        return this.parseImport();
      case Token.LeftParen: {
        this.next();
        const inner = this.parseExpression();
        this.expect(Token.RightParen);
        return new ParenExpression(inner, at);
      }
      case Token.LeftBracket:
        return this.parseArray();
      case Token.LeftBrace:
        return this.parseMap();
      case Token.Func:
        return this.parseFunction();
      case Token.Error:
        return this.parseWrap("error");
      case Token.Immutable:
        return this.parseWrap("immutable");
      default:
        this.faultExpected(at, "operand");
        this.skipToStatement();
        return new BadExpression(at);
    }
  }

  private literalOf(value: Literal["value"]): Literal {
    const literal = new Literal(value, this.at);
    this.next();
    return literal;
  }

  private parseNumber(): Expression {
    const float = this.is(Token.Float);
    const value = float ? parseFloat64(this.literal) : parseInt64(this.literal, 0);
    if (value instanceof NumberFault) {
      this.fault(this.at, float ? "invalid float" : "invalid integer");
      return this.literalOf(0);
    }
    return this.literalOf(float ? new TengoFloat(Number(value)) : value);
  }

  private parseChar(): Expression {
    const code = charOf(this.literal);
    if (code !== undefined) return this.literalOf(new TengoChar(code));
    const at = this.at;
    this.fault(at, "illegal char literal");
    this.next();
    return new BadExpression(at);
  }

  private parseImport(): Expression {
    const at = this.at;
    this.next();
    this.expect(Token.LeftParen);
    if (!this.is(Token.String)) {
      this.faultExpected(this.at, "module name");
      this.skipToStatement();
      return new BadExpression(at);
    }
    const name = unquote(this.literal) ?? "";
    this.next();
    this.expect(Token.RightParen);
    return new ImportExpression(name, at);
  }

  private parseWrap(kind: "error" | "immutable"): Expression {
    const at = this.at;
    this.next();
    this.expect(Token.LeftParen);
    const inner = this.parseExpression();
    this.expect(Token.RightParen);
    return new WrapExpression(kind, inner, at);
  }

  private parseArray(): Expression {
    const at = this.expect(Token.LeftBracket);
    const elements: Expression[] = [];
    while (!this.is(Token.RightBracket) && !this.is(Token.EndOfFile)) {
      elements.push(this.parseExpression());
      if (!this.expectComma(Token.RightBracket, "array element")) break;
    }
    this.expect(Token.RightBracket);
    return new ArrayLiteral(elements, at);
  }

  private parseMap(): Expression {
    const at = this.expect(Token.LeftBrace);
    const entries: MapEntry[] = [];
    while (!this.is(Token.RightBrace) && !this.is(Token.EndOfFile)) {
      entries.push(this.parseMapEntry());
      if (!this.expectComma(Token.RightBrace, "map element")) break;
    }
    this.expect(Token.RightBrace);
    return new MapLiteral(entries, at);
  }

  private parseMapEntry(): MapEntry {
    let key = "_";
    if (this.is(Token.Identifier)) key = this.literal;
    else if (this.is(Token.String)) key = unquote(this.literal) ?? "";
    else this.faultExpected(this.at, "map key");
    this.next();
    this.expect(Token.Colon);
    const value = this.parseExpression();
    if (value.kind === "function") value.name = key;
    return { key, value };
  }

  private parseFunction(): Expression {
    const at = this.expect(Token.Func);
    this.expect(Token.LeftParen);
    const parameters: Identifier[] = [];
    let variadic = false;
    if (!this.is(Token.RightParen)) {
      variadic = this.skipEllipsis();
      parameters.push(this.parseIdentifier());
      while (!variadic && this.is(Token.Comma)) {
        this.next();
        variadic = this.skipEllipsis();
        parameters.push(this.parseIdentifier());
      }
    }
    this.expect(Token.RightParen);
    return new FunctionLiteral(parameters, variadic, this.parseBlock(), at);
  }

  private skipEllipsis(): boolean {
    const found = this.is(Token.Ellipsis);
    if (found) this.next();
    return found;
  }

  private parseIdentifier(): Identifier {
    const at = this.at;
    if (!this.is(Token.Identifier)) {
      this.expect(Token.Identifier);
      return new Identifier("_", at);
    }
    const name = this.literal;
    this.next();
    return new Identifier(name, at);
  }

  private parseBlock(): Block {
    this.enter();
    const at = this.expect(Token.LeftBrace);
    const statements = this.parseStatements();
    this.expect(Token.RightBrace);
    this.nesting--;
    return new Block(statements, at);
  }

  private parseStatements(): readonly Statement[] {
    const statements: Statement[] = [];
    while (!this.is(Token.RightBrace) && !this.is(Token.EndOfFile)) statements.push(this.parseStatement());
    return statements;
  }

  private parseStatement(): Statement {
    const at = this.at;
    switch (this.token) {
      case Token.Return:
        return this.parseReturn();
      case Token.Export: {
        this.next();
        const result = this.parseExpression();
        this.expectSemicolon();
        return new ExportStatement(result, at);
      }
      case Token.If:
        return this.parseIf();
      case Token.For:
        return this.parseFor();
      case Token.Break:
      case Token.Continue:
        return this.parseBranch();
      case Token.Semicolon:
        this.next();
        return new EmptyStatement(at);
      default: {
        if (!beginsSimpleStatement(this.token)) {
          this.faultExpected(at, "statement");
          this.skipToStatement();
          return new EmptyStatement(at);
        }
        const statement = this.parseSimple(false);
        this.expectSemicolon();
        return statement;
      }
    }
  }

  private parseReturn(): Statement {
    const at = this.expect(Token.Return);
    const bare = this.is(Token.Semicolon) || this.is(Token.RightBrace);
    const result = bare ? undefined : this.parseExpression();
    this.expectSemicolon();
    return new ReturnStatement(result, at);
  }

  /** A label is read, and means nothing. */
  private parseBranch(): Statement {
    const kind = this.is(Token.Break) ? "break" : "continue";
    const at = this.at;
    this.next();
    if (this.is(Token.Identifier)) this.next();
    this.expectSemicolon();
    return new BranchStatement(kind, at);
  }

  private parseFor(): Statement {
    const at = this.expect(Token.For);
    if (this.is(Token.LeftBrace)) {
      const body = this.parseBlock();
      this.expectSemicolon();
      return new ForStatement(undefined, undefined, undefined, body, at);
    }
    let start: Statement | undefined;
    if (!this.is(Token.Semicolon)) {
      const first = this.parseSimple(true);
      if (first instanceof ForInHeader) return this.parseForIn(first, at);
      start = first;
    }
    let condition: Statement | undefined;
    let after: Statement | undefined;
    if (this.is(Token.Semicolon)) {
      this.next();
      if (!this.is(Token.Semicolon)) condition = this.parseSimple(false);
      this.expect(Token.Semicolon);
      if (!this.is(Token.LeftBrace)) after = this.parseSimple(false);
    } else {
      condition = start;
      start = undefined;
    }
    const body = this.parseBlock();
    this.expectSemicolon();
    const test = condition === undefined ? undefined : this.asExpression(condition, "condition expression");
    return new ForStatement(start, test, after, body, at);
  }

  private parseForIn(header: ForInHeader, at: number): Statement {
    const body = this.parseBlock();
    this.expectSemicolon();
    return new ForInStatement(header.key, header.value, header.iterable, body, at);
  }

  /** A chain of `else if`, which may be of any length, is read without recursion. */
  private parseIf(): Statement {
    const branches: IfBranch[] = [];
    let otherwise: Statement | undefined;
    for (;;) {
      if (branches.push(this.parseIfBranch()) > MAX_BRANCHES) this.giveUp();
      if (!this.is(Token.Else)) {
        this.expectSemicolon();
        break;
      }
      this.next();
      if (this.is(Token.If)) continue;
      if (this.is(Token.LeftBrace)) {
        otherwise = this.parseBlock();
        this.expectSemicolon();
      } else {
        this.faultExpected(this.at, "if or {");
      }
      break;
    }
    for (const { at, start, condition, body } of branches.toReversed()) {
      otherwise = new IfStatement(start, condition, body, otherwise, at);
    }
    return otherwise!;
  }

  private parseIfBranch(): IfBranch {
    const at = this.expect(Token.If);
    const [start, condition] = this.parseIfHeader();
    return { at, start, condition, body: this.parseBlock() };
  }

  private parseIfHeader(): [start: Statement | undefined, condition: Expression] {
    if (this.is(Token.LeftBrace)) {
      this.fault(this.at, "missing condition in if statement");
      return [undefined, new BadExpression(this.at)];
    }
    if (this.is(Token.Semicolon)) {
      this.fault(this.at, "missing init in if statement");
      return [undefined, new BadExpression(this.at)];
    }
    const start = this.parseSimple(false);
    if (this.is(Token.LeftBrace)) {
      return [undefined, this.asExpression(start, "boolean expression")];
    }
    if (this.is(Token.Semicolon)) {
      this.next();
      return [start, this.asExpression(this.parseSimple(false), "boolean expression")];
    }
    this.fault(this.at, "missing condition in if statement");
    return [start, new BadExpression(this.at)];
  }

  private asExpression(statement: Statement, what: string): Expression {
    if (statement.kind === "expression-statement") return statement.expression;
    const assignment = statement.kind === "assign" && !statement.increment;
    this.fault(statement.at, `expected ${what}, found ${assignment ? "assignment" : "simple statement"}`);
    return new BadExpression(statement.at);
  }

  private parseSimple(forIn: false): Statement;
  private parseSimple(forIn: true): Statement | ForInHeader;
  private parseSimple(forIn: boolean): Statement | ForInHeader {
    const targets = this.parseExpressionList();
    const first = targets[0];
    const operator = this.token;
    if (operator === Token.Assign || operator === Token.Define) {
      this.next();
      return new AssignStatement(targets, nameFunctions(targets, this.parseExpressionList()), operator, false);
    }
    if (operator === Token.In && forIn) {
      this.next();
      return this.forInHeader(targets, this.parseExpression());
    }
    if (targets.length > 1) this.faultExpected(first.at, "1 expression");
    if (operatorOfAssignment(operator) !== undefined) {
      this.next();
      return new AssignStatement([first], [this.parseExpression()], operator, false);
    }
    if (operator === Token.Increment || operator === Token.Decrement) {
      this.next();
      const assignment = operator === Token.Increment ? Token.AddAssign : Token.SubtractAssign;
      return new AssignStatement([first], [new Literal(1, -1)], assignment, true);
    }
    return new ExpressionStatement(first);
  }

  private forInHeader(variables: readonly [Expression, ...Expression[]], iterable: Expression): ForInHeader {
    const [first, second] = variables;
    if (variables.length > 2) this.faultExpected(first.at, "1 or 2 identifiers");
    if (second === undefined) {
      return new ForInHeader(new Identifier("_", first.at), this.variableOf(first), iterable);
    }
    return new ForInHeader(this.variableOf(first), this.variableOf(second), iterable);
  }

  private variableOf(expression: Expression): Identifier {
    if (expression instanceof Identifier) return expression;
    this.faultExpected(expression.at, "identifier");
    return new Identifier("_", expression.at);
  }

  private parseExpressionList(): [Expression, ...Expression[]] {
    const list: [Expression, ...Expression[]] = [this.parseExpression()];
    while (this.is(Token.Comma)) {
      this.next();
      list.push(this.parseExpression());
    }
    return list;
  }
}

/** What stands before the body of a for-in loop. */
class ForInHeader {
  constructor(
    readonly key: Identifier,
    readonly value: Identifier,
    readonly iterable: Expression,
  ) {}
}

function beginsStatement(token: Token): boolean {
  switch (token) {
    case Token.Break:
    case Token.Continue:
    case Token.For:
    case Token.If:
    case Token.Return:
    case Token.Export:
      return true;
    default:
      return false;
  }
}

function beginsSimpleStatement(token: Token): boolean {
  switch (token) {
    case Token.Func:
    case Token.Error:
    case Token.Immutable:
    case Token.True:
    case Token.False:
    case Token.Undefined:
    case Token.Import:
    case Token.LeftParen:
    case Token.LeftBrace:
    case Token.LeftBracket:
    case Token.Add:
    case Token.Subtract:
    case Token.Multiply:
    case Token.And:
    case Token.Xor:
    case Token.Not:
      return true;
    default:
      return isLiteral(token);
  }
}

/** The code of a char literal that the scanner took for right; escapes are numbers, not bytes. */
function charOf(literal: string): number | undefined {
  if (literal.length < 3) return undefined;
  if (literal.charCodeAt(1) !== 0x5c) return decodeRune(literal, 1) >> 3;
  const kind = literal[2] ?? "";
  if (/[xuU]/.test(kind)) return Number.parseInt(literal.slice(3, -1), 16);
  if (/[0-7]/.test(kind)) return Number.parseInt(literal.slice(2, 5), 8);
  return unquote(literal)?.charCodeAt(0);
}

/** Functions are called after what they are assigned to. */
function nameFunctions<Values extends readonly Expression[]>(targets: readonly Expression[], values: Values): Values {
  const [target] = targets;
  const [value] = values;
  if (value?.kind === "function" && target?.kind === "identifier") value.name = target.name;
  return values;
}
