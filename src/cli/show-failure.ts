import type { Failure, SourcePosition, StackFrame } from "../contract/errors.ts";
import { withFix } from "./json-failure.ts";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/** The longest source line that is shown whole. */
const MAX_LINE = 160;
/** How many levels of a stack are shown. */
const MAX_LEVELS = 12;

/** Shows how something failed: code, message, the source line with a caret, the script's stack, what would fix it. */
export function showFailure(
  terminal: Terminal,
  failure: Failure,
  sources: ReadonlyMap<string, string> = new Map(),
): void {
  const { note, style } = terminal;
  note(`${style.red(`error[${printable(failure.code)}]`)}: ${style.bold(printable(failure.message))}`);
  const { position, stack } = failure;
  if (position !== undefined) {
    note(`  ${style.dim("-->")} ${showPosition(position)}`);
    const line = sources.get(position.file)?.split("\n")[position.line - 1];
    if (line !== undefined) showLine(terminal, line.replace(/\r$/, ""), position);
  }
  if (stack.length > 1) showStack(terminal, stack);
  const { fix } = withFix(failure);
  if (fix !== undefined) note(`${style.cyan("fix")}: ${printable(fix)}`);
}

/** `main.lua:3:7`; without a column where it is not known. */
export function showPosition({ file, line, column }: SourcePosition): string {
  return `${printable(file)}:${line}${column > 0 ? `:${column}` : ""}`;
}

function showLine({ note, style }: Terminal, line: string, { line: number, column }: SourcePosition): void {
  const gutter = String(number);
  const blank = " ".repeat(gutter.length);
  // A long line is cut around the place.
  const start = column > MAX_LINE - 40 ? column - MAX_LINE / 2 : 0;
  const shown = line.slice(start, start + MAX_LINE).replaceAll("\t", " ");
  note(` ${blank} ${style.dim("|")}`);
  note(` ${style.dim(gutter)} ${style.dim("|")} ${printable(shown)}`);
  if (column <= 0) return;
  // As wide as what stands before it: letters may take two columns, and control characters are written out.
  const before = Bun.stringWidth(printable(shown.slice(0, Math.max(0, column - 1 - start))));
  note(` ${blank} ${style.dim("|")} ${" ".repeat(before)}${style.red("^")}`);
}

function showStack({ note, style }: Terminal, stack: readonly StackFrame[]): void {
  for (const frame of stack.slice(0, MAX_LEVELS)) {
    note(style.dim(`  at ${frame.name === "" ? "the main part" : printable(frame.name)} (${showPosition(frame)})`));
  }
  if (stack.length > MAX_LEVELS) note(style.dim(`  … ${stack.length - MAX_LEVELS} more`));
}
