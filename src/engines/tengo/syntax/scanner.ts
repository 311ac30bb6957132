import { decodeRune, fromRune, RUNE_ERROR } from "../byte-strings.ts";
import { isPrint } from "../forms/index.ts";
import { KEYWORDS, Token } from "./token.ts";

const BYTE_ORDER_MARK = 0xfeff;
const END = -1;
const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

/** Told of each fault that the scanner finds, with its offset. */
export type ScanFault = (offset: number, message: string) => void;

/** Reads tokens from a byte string, as Go's scanner does: one rune ahead, newlines becoming semicolons. */
export class Scanner {
  /** The token that {@link scan} found. */
  token = Token.EndOfFile;
  /** Its text: of identifiers, literals and keywords; a newline where a semicolon was put in for one. */
  literal = "";
  /** The offset at which it begins. */
  position = 0;

  private rune = 0x20;
  private offset = 0;
  private next = 0;
  private insertSemicolon = false;

  constructor(
    private readonly source: string,
    private readonly fault: ScanFault,
  ) {
    this.advance();
    if (this.rune === BYTE_ORDER_MARK) this.advance();
  }

  /** Reads the next token. */
  scan(): void {
    for (;;) {
      this.skipWhitespace();
      this.position = this.offset;
      const rune = this.rune;
      if (isLetter(rune)) return this.scanWord();
      if (isDecimal(rune) || (rune === 0x2e && isDecimal(this.peek()))) {
        this.insertSemicolon = true;
        return this.scanNumber();
      }
      this.advance();
      if (rune === 0x2f && (this.rune === 0x2f || this.rune === 0x2a)) {
        if (!this.skipComment()) return;
      } else {
        const insert = this.scanOther(rune);
        this.insertSemicolon = insert;
        return;
      }
    }
  }

  private scanWord(): void {
    const start = this.offset;
    while (isLetter(this.rune) || isDigit(this.rune)) this.advance();
    this.literal = this.source.slice(start, this.offset);
    this.token = KEYWORDS.get(this.literal) ?? Token.Identifier;
    switch (this.token) {
      case Token.Identifier:
      case Token.Break:
      case Token.Continue:
      case Token.Return:
      case Token.Export:
      case Token.True:
      case Token.False:
      case Token.Undefined:
        this.insertSemicolon = true;
        break;
      default:
        this.insertSemicolon = false;
    }
  }

  /** Skips a comment, or gives the semicolon that stands before it; true when it was skipped. */
  private skipComment(): boolean {
    if (this.insertSemicolon && this.findLineEnd()) {
      this.rune = 0x2f;
      this.offset = this.position;
      this.next = this.offset + 1;
      this.giveNewline();
      return false;
    }
    this.readComment();
    this.insertSemicolon = false;
    return true;
  }

  private giveNewline(): void {
    this.insertSemicolon = false;
    this.token = Token.Semicolon;
    this.literal = "\n";
  }

  /** Everything but words, numbers and comments; tells whether a newline after it ends the statement. */
  private scanOther(rune: number): boolean {
    this.literal = "";
    switch (rune) {
      case END:
        if (this.insertSemicolon) {
          this.giveNewline();
          return false;
        }
        this.token = Token.EndOfFile;
        return false;
      case 0x0a:
        this.giveNewline();
        return false;
      case 0x22: // "
        this.token = Token.String;
        this.scanString();
        return true;
      case 0x27: // '
        this.token = Token.Char;
        this.scanChar();
        return true;
      case 0x60: // `
        this.token = Token.String;
        this.scanRawString();
        return true;
      default:
        return this.scanOperator(rune);
    }
  }

  private scanOperator(rune: number): boolean {
    this.token = this.operator(rune);
    switch (this.token) {
      case Token.RightParen:
      case Token.RightBracket:
      case Token.RightBrace:
      case Token.Increment:
      case Token.Decrement:
        return true;
      case Token.Semicolon:
        this.literal = ";";
        return false;
      case Token.Illegal:
        if (rune !== BYTE_ORDER_MARK) this.fault(this.position, `illegal character ${describeRune(rune)}`);
        this.literal = fromRune(rune);
        return this.insertSemicolon;
      default:
        return false;
    }
  }

  private operator(rune: number): Token {
    switch (rune) {
      case 0x3a: // :
        return this.choose(Token.Colon, Token.Define);
      case 0x2e: // .
        if (this.rune !== 0x2e || this.peek() !== 0x2e) return Token.Period;
        this.advance();
        this.advance();
        return Token.Ellipsis;
      case 0x2c: // ,
        return Token.Comma;
      case 0x3f: // ?
        return Token.Question;
      case 0x3b: // ;
        return Token.Semicolon;
      case 0x28: // (
        return Token.LeftParen;
      case 0x29: // )
        return Token.RightParen;
      case 0x5b: // [
        return Token.LeftBracket;
      case 0x5d: // ]
        return Token.RightBracket;
      case 0x7b: // {
        return Token.LeftBrace;
      case 0x7d: // }
        return Token.RightBrace;
      default:
        return this.arithmeticOperator(rune);
    }
  }

  private arithmeticOperator(rune: number): Token {
    switch (rune) {
      case 0x2b: // +
        return this.choose(Token.Add, Token.AddAssign, 0x2b, Token.Increment);
      case 0x2d: // -
        return this.choose(Token.Subtract, Token.SubtractAssign, 0x2d, Token.Decrement);
      case 0x2a: // *
        return this.choose(Token.Multiply, Token.MultiplyAssign);
      case 0x2f: // /
        return this.choose(Token.Divide, Token.DivideAssign);
      case 0x25: // %
        return this.choose(Token.Remainder, Token.RemainderAssign);
      case 0x5e: // ^
        return this.choose(Token.Xor, Token.XorAssign);
      case 0x3d: // =
        return this.choose(Token.Assign, Token.Equal);
      case 0x21: // !
        return this.choose(Token.Not, Token.NotEqual);
      case 0x3c: // <
        if (this.rune !== 0x3c) return this.choose(Token.Less, Token.LessEqual);
        this.advance();
        return this.choose(Token.ShiftLeft, Token.ShiftLeftAssign);
      case 0x3e: // >
        if (this.rune !== 0x3e) return this.choose(Token.Greater, Token.GreaterEqual);
        this.advance();
        return this.choose(Token.ShiftRight, Token.ShiftRightAssign);
      case 0x26: // &
        if (this.rune !== 0x5e) return this.choose(Token.And, Token.AndAssign, 0x26, Token.LogicalAnd);
        this.advance();
        return this.choose(Token.AndNot, Token.AndNotAssign);
      case 0x7c: // |
        return this.choose(Token.Or, Token.OrAssign, 0x7c, Token.LogicalOr);
      default:
        return Token.Illegal;
    }
  }

  /** The token `alone`, the one with `=` after it, or the one with `second` after it. */
  private choose(alone: Token, assigning: Token, second?: number, doubled = alone): Token {
    if (this.rune === 0x3d) {
      this.advance();
      return assigning;
    }
    if (second !== undefined && this.rune === second) {
      this.advance();
      return doubled;
    }
    return alone;
  }

  private advance(): void {
    const at = this.next;
    if (at >= this.source.length) {
      this.offset = this.source.length;
      this.rune = END;
      return;
    }
    this.offset = at;
    const byte = this.source.charCodeAt(at);
    if (byte > 0 && byte < 0x80) {
      this.next = at + 1;
      this.rune = byte;
    } else {
      this.advanceRune(at, byte);
    }
  }

  private advanceRune(at: number, byte: number): void {
    const decoded = byte === 0 ? 1 : decodeRune(this.source, at);
    const rune = decoded >> 3;
    const size = decoded & 7;
    if (byte === 0) this.fault(at, "illegal character NUL");
    else if (rune === RUNE_ERROR && size === 1) this.fault(at, "illegal UTF-8 encoding");
    else if (rune === BYTE_ORDER_MARK && at > 0) this.fault(at, "illegal byte order mark");
    this.next = at + size;
    this.rune = rune;
  }

  private sees(rune: number): boolean {
    return this.rune === rune;
  }

  private peek(): number {
    return this.next < this.source.length ? this.source.charCodeAt(this.next) : 0;
  }

  private skipWhitespace(): void {
    while (
      this.rune === 0x20 ||
      this.rune === 0x09 ||
      this.rune === 0x0d ||
      (this.rune === 0x0a && !this.insertSemicolon)
    ) {
      this.advance();
    }
  }

  /** Reads a comment, of which the first slash is behind. */
  private readComment(): void {
    const start = this.offset - 1;
    if (this.sees(0x2f)) {
      while (!this.sees(0x0a) && this.rune >= 0) this.advance();
      return;
    }
    this.advance();
    while (this.rune >= 0) {
      const rune = this.rune;
      this.advance();
      if (rune === 0x2a && this.sees(0x2f)) {
        this.advance();
        return;
      }
    }
    this.fault(start, "comment not terminated");
  }

  /** Whether only comments stand before the line's end; the first slash of one is behind, and is so again after. */
  private findLineEnd(): boolean {
    const start = this.offset - 1;
    const found = this.onlyCommentsFollow();
    this.next = start + 1;
    this.advance();
    return found;
  }

  private onlyCommentsFollow(): boolean {
    while (this.sees(0x2f) || this.sees(0x2a)) {
      if (this.sees(0x2f)) return true;
      this.advance();
      while (this.rune >= 0) {
        const rune = this.rune;
        if (rune === 0x0a) return true;
        this.advance();
        if (rune === 0x2a && this.sees(0x2f)) {
          this.advance();
          break;
        }
      }
      this.skipWhitespace();
      if (this.rune < 0 || this.sees(0x0a)) return true;
      if (!this.sees(0x2f)) return false;
      this.advance();
    }
    return false;
  }

  private scanDigits(base: number): void {
    while (this.rune === 0x5f || hexDigit(this.rune) < base) this.advance();
  }

  private scanNumber(): void {
    const start = this.offset;
    let base = 10;
    const prefix = this.rune === 0x30 ? this.peek() | 0x20 : 0;
    if (prefix === 0x62) base = 2;
    else if (prefix === 0x6f) base = 8;
    else if (prefix === 0x78) base = 16;
    if (base !== 10) {
      this.advance();
      this.advance();
    }
    this.token = Token.Int;
    this.scanDigits(base);
    if (this.rune === 0x2e && (base === 10 || base === 16)) {
      this.token = Token.Float;
      this.advance();
      this.scanDigits(base);
    }
    const mark = this.rune | 0x20;
    if (this.rune >= 0 && (mark === 0x65 || mark === 0x70)) {
      this.token = Token.Float;
      this.advance();
      if (this.rune === 0x2d || this.rune === 0x2b) this.advance();
      const digits = this.offset;
      this.scanDigits(10);
      if (digits === this.offset) this.fault(digits, "exponent has no digits");
    }
    this.literal = this.source.slice(start, this.offset);
  }

  private scanEscape(quote: number): boolean {
    const start = this.offset;
    switch (this.rune) {
      case 0x61: // a
      case 0x62: // b
      case 0x66: // f
      case 0x6e: // n
      case 0x72: // r
      case 0x74: // t
      case 0x76: // v
      case 0x5c: // \
      case quote:
        this.advance();
        return true;
      case 0x78: // x
        this.advance();
        return this.scanCode(start, 2, 16, 255);
      case 0x75: // u
        this.advance();
        return this.scanCode(start, 4, 16, 0x10ffff);
      case 0x55: // U
        this.advance();
        return this.scanCode(start, 8, 16, 0x10ffff);
      default:
        if (this.rune >= 0x30 && this.rune <= 0x37) return this.scanCode(start, 3, 8, 255);
        this.fault(start, this.rune < 0 ? "escape sequence not terminated" : "unknown escape sequence");
        return false;
    }
  }

  private scanCode(start: number, digits: number, base: number, most: number): boolean {
    let code = 0;
    for (let left = digits; left > 0; left--) {
      const digit = hexDigit(this.rune);
      if (digit >= base) {
        const ended = this.rune < 0;
        const illegal = `illegal character ${describeRune(this.rune)} in escape sequence`;
        this.fault(this.offset, ended ? "escape sequence not terminated" : illegal);
        return false;
      }
      code = code * base + digit;
      this.advance();
    }
    if (code <= most && (code < 0xd800 || code >= 0xe000)) return true;
    this.fault(start, "escape sequence is invalid Unicode code point");
    return false;
  }

  private scanChar(): void {
    const start = this.offset - 1;
    let valid = true;
    let runes = 0;
    for (;;) {
      const rune = this.rune;
      if (rune === 0x0a || rune < 0) {
        if (valid) this.fault(start, "rune literal not terminated");
        valid = false;
        break;
      }
      this.advance();
      if (rune === 0x27) break;
      runes++;
      if (rune === 0x5c && !this.scanEscape(0x27)) valid = false;
    }
    if (valid && runes !== 1) this.fault(start, "illegal rune literal");
    this.literal = this.source.slice(start, this.offset);
  }

  private scanString(): void {
    const start = this.offset - 1;
    for (;;) {
      const rune = this.rune;
      if (rune === 0x0a || rune < 0) {
        this.fault(start, "string literal not terminated");
        break;
      }
      this.advance();
      if (rune === 0x22) break;
      if (rune === 0x5c) this.scanEscape(0x22);
    }
    this.literal = this.source.slice(start, this.offset);
  }

  private scanRawString(): void {
    const start = this.offset - 1;
    for (;;) {
      const rune = this.rune;
      if (rune < 0) {
        this.fault(start, "raw string literal not terminated");
        break;
      }
      this.advance();
      if (rune === 0x60) break;
    }
    this.literal = this.source.slice(start, this.offset).replaceAll("\r", "");
  }
}

function isDecimal(rune: number): boolean {
  return rune >= 0x30 && rune <= 0x39;
}

function isLetter(rune: number): boolean {
  if (rune < 0x80) return (rune >= 0x61 && rune <= 0x7a) || (rune >= 0x41 && rune <= 0x5a) || rune === 0x5f;
  return LETTER.test(String.fromCodePoint(rune));
}

function isDigit(rune: number): boolean {
  return rune < 0x80 ? isDecimal(rune) : DIGIT.test(String.fromCodePoint(rune));
}

/** The value of a hexadecimal digit; 16 for everything else. */
function hexDigit(rune: number): number {
  if (isDecimal(rune)) return rune - 0x30;
  const lower = rune | 0x20;
  return rune > 0 && lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : 16;
}

/** A rune as `%#U` shows it: `U+0023 '#'`. */
function describeRune(rune: number): string {
  const code = `U+${rune.toString(16).toUpperCase().padStart(4, "0")}`;
  return isPrint(rune) ? `${code} '${fromRune(rune)}'` : code;
}
