/** What a token is. Operators and keywords are told apart by {@link TOKEN_TEXT}. */
export enum Token {
  Illegal,
  EndOfFile,
  Identifier,
  Int,
  Float,
  Char,
  String,
  Add,
  Subtract,
  Multiply,
  Divide,
  Remainder,
  And,
  Or,
  Xor,
  ShiftLeft,
  ShiftRight,
  AndNot,
  AddAssign,
  SubtractAssign,
  MultiplyAssign,
  DivideAssign,
  RemainderAssign,
  AndAssign,
  OrAssign,
  XorAssign,
  ShiftLeftAssign,
  ShiftRightAssign,
  AndNotAssign,
  LogicalAnd,
  LogicalOr,
  Increment,
  Decrement,
  Equal,
  Less,
  Greater,
  Assign,
  Not,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Define,
  Ellipsis,
  LeftParen,
  LeftBracket,
  LeftBrace,
  Comma,
  Period,
  RightParen,
  RightBracket,
  RightBrace,
  Semicolon,
  Colon,
  Question,
  Break,
  Continue,
  Else,
  For,
  Func,
  Error,
  Immutable,
  If,
  Return,
  Export,
  True,
  False,
  In,
  Undefined,
  Import,
}

/** How messages name a token, by its number. */
export const TOKEN_TEXT: readonly string[] = [
  ...["ILLEGAL", "EOF", "IDENT", "INT", "FLOAT", "CHAR", "STRING"],
  ...["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&^"],
  ...["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "&^="],
  ...["&&", "||", "++", "--", "==", "<", ">", "=", "!", "!=", "<=", ">=", ":="],
  ...["...", "(", "[", "{", ",", ".", ")", "]", "}", ";", ":", "?"],
  ...["break", "continue", "else", "for", "func", "error", "immutable", "if", "return", "export"],
  ...["true", "false", "in", "undefined", "import"],
];

/** The keywords. */
export const KEYWORDS: ReadonlyMap<string, Token> = new Map(
  TOKEN_TEXT.slice(Token.Break).map((text, index) => [text, Token.Break + index]),
);

/** How tightly a binary operator binds: 1 to 5, and 0 for what is none. */
export function precedence(token: Token): number {
  switch (token) {
    case Token.LogicalOr:
      return 1;
    case Token.LogicalAnd:
      return 2;
    case Token.Equal:
    case Token.NotEqual:
    case Token.Less:
    case Token.LessEqual:
    case Token.Greater:
    case Token.GreaterEqual:
      return 3;
    case Token.Add:
    case Token.Subtract:
    case Token.Or:
    case Token.Xor:
      return 4;
    case Token.Multiply:
    case Token.Divide:
    case Token.Remainder:
    case Token.ShiftLeft:
    case Token.ShiftRight:
    case Token.And:
    case Token.AndNot:
      return 5;
    default:
      return 0;
  }
}

/** Whether a message shows the token by its own text. */
export function isLiteral(token: Token): boolean {
  return token >= Token.Identifier && token <= Token.String;
}

/** The binary operator of `+=` and its like; undefined for `=` and `:=`. */
export function operatorOfAssignment(token: Token): Token | undefined {
  return token >= Token.AddAssign && token <= Token.AndNotAssign ? token - Token.AddAssign + Token.Add : undefined;
}
