import { printable } from "./printable.ts";

/**
 * Rows as lines of aligned columns with two spaces between them; the last column may be as long as it likes. Cells may
 * hold what strangers wrote: a row stays one line, and nothing in it steers the terminal.
 */
export function formatTable(written: readonly (readonly string[])[]): string {
  const rows = written.map((row) => row.map((cell) => printable(cell.replace(/\r?\n/g, " "))));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, Bun.stringWidth(cell));
  }
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell + " ".repeat(Math.max(0, (widths[index] ?? 0) - Bun.stringWidth(cell))))
      .join("  ")
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** Text broken at spaces into lines of at most `width` columns, each after `indent`. Words longer than that stay whole. */
export function wrapText(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && Bun.stringWidth(indent + longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((each) => `${indent}${each}\n`).join("");
}
