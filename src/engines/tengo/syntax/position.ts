import type { TengoPosition } from "../errors.ts";

/** A source text, which knows the line and column of each of its bytes. */
export class SourceFile {
  private starts: number[] | undefined;

  constructor(
    /** As messages name it: `(main)`, or a module's name. */
    readonly name: string,
    /** A byte string. */
    readonly source: string,
  ) {}

  /** Line and column, from 1 and in bytes, of an offset. */
  positionOf(offset: number): TengoPosition {
    const starts = (this.starts ??= lineStarts(this.source));
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { file: this.name, line: low + 1, column: offset - starts[low]! + 1 };
  }
}

/** A line begins after each newline but the last byte of the source: there the end of the file stays on the last line. */
function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) {
    if (at + 1 < source.length) starts.push(at + 1);
  }
  return starts;
}

/** `FILE:L:C`, as messages and traces tell a position. */
export function describePosition(position: TengoPosition): string {
  return `${position.file}:${position.line}:${position.column}`;
}
