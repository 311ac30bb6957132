import { isTerminal } from "../../runtime/is-terminal.ts";
import type { Value } from "../../contract/value.ts";
import type { RunRow } from "../../runtime/runs.ts";
import { toJson } from "../format-value.ts";
import { printable } from "../printable.ts";
import type { Terminal } from "../terminal.ts";
import { toIso } from "./format-figures.ts";

/** A value on one line. */
export function onOneLine(value: Value): string {
  return printable(JSON.stringify(toJson(value)) ?? "null").replaceAll("\n", "\\n");
}

/** The arguments of a call on one line, as they stand between its parentheses. */
export function argumentsOnOneLine(args: readonly Value[]): string {
  return args.map(onOneLine).join(", ");
}

/** At most so many columns of a line, the last of them an ellipsis where something was cut. */
export function cut(line: string, width: number): string {
  if (Bun.stringWidth(line) <= width) return line;
  let columns = 0;
  let kept = "";
  // No more letters than columns can be shown, so that a huge text is not walked through.
  for (const letter of line.slice(0, width * 2)) {
    columns += Bun.stringWidth(letter);
    if (columns > width - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}

export { safeJson } from "../printable.ts";

/** A row as programs get it: instants as RFC 3339. */
export function rowToJson({ started, ended, ...row }: RunRow): object {
  const { id, spell, engine, status, ...rest } = row;
  return { id, spell, engine, status, started: toIso(started), ended: toIso(ended), ...rest };
}

/** How a run is, and why. */
export function statusText({ status, code }: RunRow): string {
  return code === undefined || code === status ? status : `${status} (${printable(code)})`;
}

/** Columns where results are not shown on a screen, and the fewest that are used. */
const FILE_WIDTH = 140;
const MIN_WIDTH = 60;

/** How wide results may be. */
export function widthOf({ columns }: Terminal): number {
  return isTerminal(1) ? Math.max(columns, MIN_WIDTH) : FILE_WIDTH;
}
