import { isAscii, runesOf } from "../byte-strings.ts";
import type { RunContext } from "../context.ts";

interface Known {
  readonly text: string;
  /** Undefined where the text is ASCII: then bytes are runes. */
  readonly runes: readonly number[] | undefined;
}

const SIZE = 4;

/** Finds runes by their number; remembers the last texts that were asked for, so that a walk over one is not quadratic. */
export class RuneCache {
  private readonly known: Known[] = [];
  private oldest = 0;

  constructor(private readonly context: RunContext) {}

  /** The rune at an index; undefined outside of the text. */
  runeAt(text: string, index: number): number | undefined {
    if (index < 0 || index >= text.length) return undefined;
    const runes = this.runes(text);
    return runes === undefined ? text.charCodeAt(index) : runes[index];
  }

  private runes(text: string): readonly number[] | undefined {
    for (const known of this.known) if (known.text === text) return known.runes;
    this.context.burn(text.length >> 3);
    let runes: readonly number[] | undefined;
    if (!isAscii(text)) {
      this.context.charge(text.length * 8);
      runes = runesOf(text);
    }
    this.known[this.oldest] = { text, runes };
    this.oldest = (this.oldest + 1) % SIZE;
    return runes;
  }
}
