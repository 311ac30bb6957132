import { CallSites } from "./call-sites.ts";

/** A source of the script as QuickJS reads it, for places in it. Columns count from 1, in UTF-16 units. */
export class SourceFile {
  readonly lines: readonly string[];
  #starts: number[] | undefined;
  #calls: CallSites | undefined;

  constructor(readonly text: string) {
    this.lines = text.split("\n");
  }

  /** Its calls: read when first asked for. */
  get calls(): CallSites {
    return (this.#calls ??= new CallSites(this.text));
  }

  /** The column of what QuickJS noted: it counts bytes, and in the first line from 0, but never says 0. */
  column(line: number, noted: number): number {
    const text = this.lines[line - 1] ?? "";
    if (line === 1 && noted === 1 && /^[\w$#\u0080-\uFFFF]/.test(text) && !/^\s/.test(text)) return 1;
    let bytes = line === 1 ? noted : noted - 1;
    let index = 0;
    for (; bytes > 0 && index < text.length; index++) bytes -= utf8Length(text.charCodeAt(index));
    // What lies behind the line's end has no characters.
    return index + Math.max(0, bytes) + 1;
  }

  /** Where a place stands in the text. */
  offset(line: number, column: number): number {
    return (this.#lineStarts()[line - 1] ?? 0) + column - 1;
  }

  /** The place of an offset. */
  place(offset: number): { readonly line: number; readonly column: number } {
    const starts = this.#lineStarts();
    let line = starts.length;
    while (line > 1 && (starts[line - 1] ?? 0) > offset) line--;
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
  }

  #lineStarts(): number[] {
    if (this.#starts !== undefined) return this.#starts;
    let start = 0;
    this.#starts = this.lines.map((line) => (start += line.length + 1) - line.length - 1);
    return this.#starts;
  }
}

/** How many bytes of UTF-8 a UTF-16 unit takes: each half of a pair two. */
function utf8Length(unit: number): number {
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
}
