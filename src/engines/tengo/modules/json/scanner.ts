import { fromRune } from "../../byte-strings.ts";
import { quote } from "../../forms/index.ts";

/** What a byte means for the text around it. */
export const enum JsonStep {
  /** Within a literal, or the first byte of one. */
  Literal,
  /** `{ [ } ] , :` between values. */
  Mark,
  Space,
  /** After the whole value. */
  End,
  Fault,
}

const enum State {
  Value,
  ValueOrEnd,
  Key,
  KeyOrEnd,
  After,
  Top,
  String,
  Escape,
  Unicode,
  Word,
  Minus,
  Digits,
  Zero,
  Point,
  Fraction,
  Exponent,
  ExponentSign,
  ExponentDigits,
  Fault,
}

const enum Inside {
  Key,
  Member,
  Array,
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

function describe(code: number): string {
  if (code === 0x27) return "'\\''";
  return code === 0x22 ? "'\"'" : `'${quote(fromRune(code)).slice(1, -1)}'`;
}

const ESCAPES: ReadonlySet<number> = new Set([...'bfnrt\\/"'].map((char) => char.charCodeAt(0)));

/** Goes through JSON byte by byte, and says what is wrong about it in the words of Go's `encoding/json`. */
export class JsonScanner {
  #state: State = State.Value;
  readonly #inside: Inside[] = [];
  #word = "";
  #wordAt = 0;
  #unicodeDigits = 0;
  #fault: string | undefined;

  constructor(private readonly maxDepth = Infinity) {}

  /** Takes the next byte. */
  step(code: number): JsonStep {
    switch (this.#state) {
      case State.String:
        return this.#string(code);
      case State.Value:
      case State.ValueOrEnd:
      case State.Key:
      case State.KeyOrEnd:
        return isSpace(code) ? JsonStep.Space : this.#begin(code);
      case State.After:
        return this.#after(code);
      case State.Top:
        if (!isSpace(code)) this.#fail(code, "after top-level value");
        return JsonStep.End;
      case State.Fault:
        return JsonStep.Fault;
      case State.Escape:
      case State.Unicode:
        return this.#escape(code);
      case State.Word:
        return this.#wordLetter(code);
      default:
        return this.#number(code);
    }
  }

  /** Says that there are no more bytes. Gives what is wrong, if anything is. */
  finish(): string | undefined {
    if (!this.#ended()) this.step(0x20);
    if (!this.#ended()) this.#fault = "unexpected end of JSON input";
    return this.#fault;
  }

  #ended(): boolean {
    return this.#fault !== undefined || this.#state === State.Top;
  }

  #fail(code: number, context: string): JsonStep {
    this.#state = State.Fault;
    this.#fault = `invalid character ${describe(code)} ${context}`;
    return JsonStep.Fault;
  }

  #literal(state: State): JsonStep {
    this.#state = state;
    return JsonStep.Literal;
  }

  #begin(code: number): JsonStep {
    const state = this.#state;
    if (state === State.Key || state === State.KeyOrEnd) {
      if (code === 0x7d && state === State.KeyOrEnd) return this.#close();
      return code === 0x22
        ? this.#literal(State.String)
        : this.#fail(code, "looking for beginning of object key string");
    }
    if (code === 0x5d && state === State.ValueOrEnd) return this.#close();
    switch (code) {
      case 0x7b:
        return this.#open(Inside.Key, State.KeyOrEnd);
      case 0x5b:
        return this.#open(Inside.Array, State.ValueOrEnd);
      case 0x22:
        return this.#literal(State.String);
      case 0x2d:
        return this.#literal(State.Minus);
      case 0x30:
        return this.#literal(State.Zero);
      case 0x74:
        return this.#beginWord("true");
      case 0x66:
        return this.#beginWord("false");
      case 0x6e:
        return this.#beginWord("null");
      default:
        if (isDigit(code)) return this.#literal(State.Digits);
        return this.#fail(code, "looking for beginning of value");
    }
  }

  #beginWord(word: string): JsonStep {
    this.#word = word;
    this.#wordAt = 1;
    return this.#literal(State.Word);
  }

  #wordLetter(code: number): JsonStep {
    const expected = this.#word[this.#wordAt] as string;
    if (code !== expected.charCodeAt(0)) {
      return this.#fail(code, `in literal ${this.#word} (expecting '${expected}')`);
    }
    this.#wordAt++;
    return this.#literal(this.#wordAt === this.#word.length ? State.After : State.Word);
  }

  #open(inside: Inside, state: State): JsonStep {
    this.#inside.push(inside);
    if (this.#inside.length > this.maxDepth) {
      this.#state = State.Fault;
      this.#fault = "exceeded max depth";
      return JsonStep.Fault;
    }
    this.#state = state;
    return JsonStep.Mark;
  }

  #close(): JsonStep {
    this.#inside.pop();
    this.#state = this.#inside.length === 0 ? State.Top : State.After;
    return JsonStep.Mark;
  }

  /** After a value. Numbers end only here, so that a value at the top may have ended before this byte. */
  #after(code: number): JsonStep {
    const inside = this.#inside.at(-1);
    if (inside === undefined) {
      this.#state = State.Top;
      return this.step(code);
    }
    if (isSpace(code)) {
      this.#state = State.After;
      return JsonStep.Space;
    }
    if (inside === Inside.Key) {
      if (code !== 0x3a) return this.#fail(code, "after object key");
      return this.#next(Inside.Member, State.Value);
    }
    if (inside === Inside.Member) {
      if (code === 0x2c) return this.#next(Inside.Key, State.Key);
      return code === 0x7d ? this.#close() : this.#fail(code, "after object key:value pair");
    }
    if (code === 0x2c) return this.#next(Inside.Array, State.Value);
    return code === 0x5d ? this.#close() : this.#fail(code, "after array element");
  }

  #next(inside: Inside, state: State): JsonStep {
    this.#inside[this.#inside.length - 1] = inside;
    this.#state = state;
    return JsonStep.Mark;
  }

  #string(code: number): JsonStep {
    if (code === 0x22) this.#state = State.After;
    else if (code === 0x5c) this.#state = State.Escape;
    else if (code < 0x20) return this.#fail(code, "in string literal");
    return JsonStep.Literal;
  }

  #escape(code: number): JsonStep {
    if (this.#state === State.Unicode) {
      if (!isHexDigit(code)) return this.#fail(code, "in \\u hexadecimal character escape");
      return this.#literal(++this.#unicodeDigits === 4 ? State.String : State.Unicode);
    }
    if (ESCAPES.has(code)) return this.#literal(State.String);
    if (code !== 0x75) return this.#fail(code, "in string escape code");
    this.#unicodeDigits = 0;
    return this.#literal(State.Unicode);
  }

  #number(code: number): JsonStep {
    switch (this.#state) {
      case State.Minus:
        if (!isDigit(code)) return this.#fail(code, "in numeric literal");
        return this.#literal(code === 0x30 ? State.Zero : State.Digits);
      case State.Point:
        return isDigit(code)
          ? this.#literal(State.Fraction)
          : this.#fail(code, "after decimal point in numeric literal");
      case State.Exponent:
        if (code === 0x2b || code === 0x2d) return this.#literal(State.ExponentSign);
        return isDigit(code) ? this.#literal(State.ExponentDigits) : this.#fail(code, "in exponent of numeric literal");
      case State.ExponentSign:
        return isDigit(code) ? this.#literal(State.ExponentDigits) : this.#fail(code, "in exponent of numeric literal");
      case State.ExponentDigits:
        return isDigit(code) ? JsonStep.Literal : this.#after(code);
      default:
        return this.#digits(code);
    }
  }

  #digits(code: number): JsonStep {
    if (isDigit(code) && this.#state !== State.Zero) return JsonStep.Literal;
    if (code === 0x2e && this.#state !== State.Fraction) return this.#literal(State.Point);
    if (code === 0x65 || code === 0x45) return this.#literal(State.Exponent);
    return this.#after(code);
  }
}
