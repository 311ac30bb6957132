import { beginsExpression, isPrefix, isStatementWord, isWord, readTokens, type Token } from "./source-tokens.ts";

/** A call in a source, by what stands before its parentheses. */
export interface CallSite {
  /** What is called, as it is written: `llm.complete`. Empty where that is more than names. */
  readonly callee: string;
  /** Its last name; empty where it ends with none. */
  readonly name: string;
  /** Where that name starts in the source; the first one after `new`. */
  readonly at: number;
  /** Whether it is a new object that is thrown at once. */
  readonly thrown: boolean;
}

/**
 * Finds calls in one source. QuickJS notes the place of a call before it reads the arguments, and in them it notes
 * others: so a call that failed may be the one at the noted place or any around it.
 */
export class CallSites {
  readonly #tokens: readonly Token[];
  readonly #byStart = new Map<number, number>();
  /** The closing bracket of each opening one. */
  readonly #ends = new Map<number, number>();

  constructor(source: string) {
    this.#tokens = readTokens(source);
    const open: number[] = [];
    for (const [index, { at, text, kind }] of this.#tokens.entries()) {
      this.#byStart.set(at, index);
      // A template goes on after `}`.
      if (/^[)\]}]/.test(text)) this.#ends.set(open.pop() ?? -1, index);
      if (kind === "mark" && /[([{]$/.test(text)) open.push(index);
    }
  }

  /**
   * The calls that may be under way where `at` is the last place that was noted: that at the place itself and those
   * among whose arguments it is, innermost first, within one function. Empty where no token starts there.
   */
  around(at: number): CallSite[] {
    const token = this.#byStart.get(at);
    if (token === undefined) return [];
    const found: CallSite[] = [];
    const callee = this.#calledFrom(token);
    if (callee !== undefined) found.push(this.#siteOf(callee));
    this.#addChained(token, found);
    for (let opener = this.#insideOf(token); opener >= 0; opener = this.#insideOf(opener)) {
      if (this.#isFunctionEdge(opener, token)) break;
      const outer = this.#calleeOf(opener);
      if (outer !== undefined) found.push(this.#siteOf(outer));
      this.#addChained(this.#ends.get(opener) ?? this.#tokens.length, found);
    }
    return found;
  }

  /** Whether a place is in a function, and not only in the main part of its module. */
  inFunction(at: number): boolean {
    const noted = this.#byStart.get(at);
    if (noted === undefined) return false;
    const token = this.#beforeBody(noted);
    for (let opener = this.#insideOf(token); opener >= 0; opener = this.#insideOf(opener)) {
      if (this.#isBody(opener) || this.#followsArrow(token, opener)) return true;
    }
    return this.#followsArrow(token, -1);
  }

  /** All tokens in their order. */
  get tokens(): readonly Token[] {
    return this.#tokens;
  }

  #text(index: number): string {
    return this.#tokens[index]?.text ?? "";
  }

  #insideOf(index: number): number {
    return this.#tokens[index]?.inside ?? -1;
  }

  #isName(index: number): boolean {
    const token = this.#tokens[index];
    return token?.kind === "name" && (!isWord(token.text) || this.#isMember(index));
  }

  #isMember(index: number): boolean {
    return this.#text(index - 1) === "." || this.#text(index - 1) === "?.";
  }

  /** The last token of what is called, where the call is noted at that token; undefined where none is. */
  #calledFrom(index: number): number | undefined {
    if (!this.#isName(index)) return undefined;
    if (this.#text(index - 1) === "new") return this.#endOf(index);
    const next = this.#text(index + 1);
    const isCalled = next === "(" || next.startsWith("`") || (next === "?." && this.#text(index + 2) === "(");
    return isCalled && this.#text(index - 1) !== "function" ? index : undefined;
  }

  /** The last token of `a.b.c`, of which the first is given. */
  #endOf(index: number): number {
    let end = index;
    while (this.#text(end + 1) === "." && this.#tokens[end + 2]?.kind === "name") end += 2;
    return end;
  }

  /** The first token of `a.b.c`, of which the last is given. */
  #startOf(index: number): number {
    let start = index;
    while (this.#isMember(start) && this.#tokens[start - 2]?.kind === "name") start -= 2;
    return start;
  }

  #siteOf(index: number): CallSite {
    const start = this.#startOf(index);
    const isNew = this.#text(start - 1) === "new";
    const place = {
      at: this.#tokens[isNew ? start : index]?.at ?? 0,
      thrown: isNew && this.#text(start - 2) === "throw",
    };
    if (!this.#isName(index)) return { callee: "", name: "", ...place };
    const names = this.#tokens.slice(start, index + 1).map(({ text }) => text);
    return { callee: this.#isMember(start) ? "" : names.join(""), name: names.at(-1) ?? "", ...place };
  }

  /** The last token of what is called with these parentheses; undefined where they are of no call. */
  #calleeOf(opener: number): number | undefined {
    if (this.#text(opener) !== "(") return undefined;
    const before = this.#text(opener - 1) === "?." ? opener - 2 : opener - 1;
    if (this.#isName(before)) return this.#text(before - 1) === "function" ? undefined : before;
    return [")", "]", "}"].includes(this.#text(before)) ? before : undefined;
  }

  /** Adds the calls of what has no name, which QuickJS notes nowhere, up to the end of the token's statement. */
  #addChained(from: number, found: CallSite[]): void {
    const level = this.#insideOf(from);
    for (let index = from + 1; index < this.#tokens.length; index++) {
      const text = this.#text(index);
      if (this.#ends.get(level) === index) return;
      if (this.#insideOf(index) === level && (text === ";" || text === ",")) return;
      if (text === "(" && [")", "]", "}"].includes(this.#text(index - 1))) found.push(this.#siteOf(index - 1));
    }
  }

  /** Whether what is in the bracket up to `token` is run by another function than what is around the bracket. */
  #isFunctionEdge(opener: number, token: number): boolean {
    if (this.#followsArrow(token, opener)) return true;
    const before = this.#tokens[opener - 1];
    if (this.#text(opener) !== "{") return false;
    return before?.kind === "name" ? !beginsExpression(before.text) : /^(?:\)|=>|[{};]|)$/.test(before?.text ?? "");
  }

  /** Whether between the bracket's start and the token stands `=>` of the same expression. */
  #followsArrow(token: number, opener: number): boolean {
    for (let index = token - 1; index > opener; index--) {
      if (this.#insideOf(index) !== opener) continue;
      const text = this.#text(index);
      if (text === "," || text === ";" || this.#endsStatement(index)) return false;
      if (text === "=>") return true;
    }
    return false;
  }

  /** Whether a statement ends with a token without a semicolon: a word or a literal cannot go on with it. */
  #endsStatement(index: number): boolean {
    const [last, next] = [this.#tokens[index], this.#tokens[index + 1]];
    if (last === undefined || next === undefined || last.inside !== next.inside) return false;
    const isEnd = last.kind === "mark" ? /^[)\]}]/.test(last.text) : last.kind === "literal" || !isPrefix(last.text);
    return (
      isEnd && (next.kind === "name" ? !/^(?:in|of|instanceof|as|from)$/.test(next.text) : /^["'\d]/.test(next.text))
    );
  }

  /** The token before a function's body, where its end was noted: so QuickJS notes the call of a function that is written there. */
  #beforeBody(token: number): number {
    if (this.#text(token) !== "}") return token;
    let opener = token - 1;
    while (opener >= 0 && this.#ends.get(opener) !== token) opener--;
    return this.#isBody(opener) ? opener - 1 : token;
  }

  /** Whether a bracket is the body of a function or a method. */
  #isBody(opener: number): boolean {
    if (this.#text(opener) !== "{") return false;
    if (this.#text(opener - 1) === "=>") return true;
    if (this.#text(opener - 1) !== ")") return false;
    let start = opener - 1;
    while (start >= 0 && this.#ends.get(start) !== opener - 1) start--;
    const word = this.#text(start - 1) === "await" ? this.#text(start - 2) : this.#text(start - 1);
    return !isStatementWord(word);
  }
}
