import type { Lexis } from "../contract/engine.ts";

/** A source whose comments, and in `code` also whose texts, are spaces: every other letter stays where it was. */
export interface BlankedSource {
  readonly code: string;
  readonly withTexts: string;
}

/** Blanks a source by its language's lexis. What it takes for a text or comment is right for all but contrived sources. */
export function blankSource(source: string, lexis: Lexis): BlankedSource {
  return new Blanker(source, lexis).run();
}

/** After these a slash begins a regular expression, not a division. */
const BEFORE_PATTERN = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|await))\s*$/;

class Blanker {
  readonly #source: string;
  readonly #lexis: Lexis;
  readonly #slashes: boolean;
  #at = 0;
  #code = "";
  #withTexts = "";

  constructor(source: string, lexis: Lexis) {
    this.#source = source;
    this.#lexis = lexis;
    this.#slashes = lexis.lineComment === "//";
  }

  run(): BlankedSource {
    this.#scan(undefined);
    return { code: this.#code, withTexts: this.#withTexts };
  }

  /** Up to the end, or to the brace that closes an expression inside of a text. */
  #scan(closing: "}" | undefined): void {
    const { lineComment, blockComment } = this.#lexis;
    let depth = 0;
    while (this.#at < this.#source.length) {
      const sign = this.#source[this.#at] ?? "";
      if (closing !== undefined && sign === "}" && depth-- === 0) return;
      if (sign === "{") depth++;
      const long = this.#slashes ? undefined : this.#longBracket();
      if (this.#starts(blockComment[0]) || (long !== undefined && this.#starts(lineComment))) this.#blockComment(long);
      else if (this.#starts(lineComment)) this.#take(this.#find("\n", this.#at), "comment");
      else if (long !== undefined) this.#take(this.#find(long, this.#at) + long.length, "text");
      else if (sign === '"' || sign === "'") this.#quoted(sign);
      else if (sign === "`") this.#template();
      else if (sign === "/" && this.#slashes && BEFORE_PATTERN.test(this.#code.slice(-40))) this.#pattern();
      else this.#take(this.#at + 1, "code");
    }
  }

  #starts(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #find(text: string, from: number): number {
    const found = this.#source.indexOf(text, from);
    return found < 0 ? this.#source.length : found;
  }

  /** Lua's `[[`, `[==[`, also behind `--`: what closes it. */
  #longBracket(): string | undefined {
    const match = /^(?:--)?\[(=*)\[/.exec(this.#source.slice(this.#at, this.#at + 64));
    return match === null ? undefined : `]${match[1]}]`;
  }

  #blockComment(long: string | undefined): void {
    const end = long ?? this.#lexis.blockComment[1];
    this.#take(this.#find(end, this.#at + 2) + end.length, "comment");
  }

  #quoted(quote: string): void {
    let end = this.#at + 1;
    while (end < this.#source.length && this.#source[end] !== quote && this.#source[end] !== "\n") {
      end += this.#source[end] === "\\" ? 2 : 1;
    }
    this.#take(end + 1, "text");
  }

  #template(): void {
    this.#take(this.#at + 1, "text");
    while (this.#at < this.#source.length && !this.#starts("`")) {
      if (this.#starts("${")) {
        this.#take(this.#at + 2, "text");
        this.#scan("}");
      }
      this.#take(this.#at + (this.#starts("\\") ? 2 : 1), "text");
    }
    this.#take(this.#at + 1, "text");
  }

  #pattern(): void {
    let end = this.#at + 1;
    let inClass = false;
    for (; end < this.#source.length && this.#source[end] !== "\n"; end++) {
      const sign = this.#source[end];
      if (sign === "\\") end++;
      else if (sign === "[") inClass = true;
      else if (sign === "]") inClass = false;
      else if (sign === "/" && !inClass) break;
    }
    this.#take(end + 1, "text");
  }

  #take(end: number, kind: "code" | "text" | "comment"): void {
    const text = this.#source.slice(this.#at, end);
    const blank = text.replace(/[^\r\n]/g, " ");
    this.#code += kind === "code" ? text : blank;
    this.#withTexts += kind === "comment" ? blank : text;
    this.#at = Math.min(end, this.#source.length);
  }
}
