import { decodeRune, RUNE_ERROR } from "../../byte-strings.ts";
import { RegexpFault } from "./syntax.ts";

/** Reads a pattern from its beginning to its end. */
export class PatternReader {
  at = 0;
  /** Set where no `:]` comes any more, so that nobody looks for it again and again. */
  noPosixEnd = false;

  constructor(readonly pattern: string) {}

  get done(): boolean {
    return this.at >= this.pattern.length;
  }

  /** A byte ahead, or nothing past the end. */
  peek(offset = 0): string {
    return this.pattern[this.at + offset] ?? "";
  }

  /** Whether a text stands here. */
  startsWith(text: string): boolean {
    return this.pattern.startsWith(text, this.at);
  }

  /** All that is left. It is for messages: taking it at every step would take time in the square of the pattern. */
  rest(): string {
    return this.pattern.slice(this.at);
  }

  /** Takes the next rune; past the end it is U+FFFD. */
  rune(): number {
    const decoded = decodeRune(this.pattern, this.at);
    if (decoded >> 3 === RUNE_ERROR && (decoded & 7) === 1) throw new RegexpFault("invalid UTF-8", this.rest());
    this.at += decoded & 7;
    return decoded >> 3;
  }

  /** Fails on a text that is not UTF-8. */
  static checkUtf8(text: string): void {
    for (let at = 0; at < text.length;) {
      const decoded = decodeRune(text, at);
      if (decoded >> 3 === RUNE_ERROR && (decoded & 7) === 1) throw new RegexpFault("invalid UTF-8", text.slice(at));
      at += decoded & 7;
    }
  }
}
