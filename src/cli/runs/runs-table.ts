import type { RunRow } from "../../runtime/runs.ts";
import { printable } from "../printable.ts";
import { formatTable } from "../table.ts";
import { formatElapsed, formatInstant, formatNumber, formatUsd } from "./format-figures.ts";
import { cut, statusText } from "./run-texts.ts";

const HEADINGS = ["RUN", "SPELL", "STATUS", "STARTED", "TIME", "CALLS", "TOKENS", "USD"];

/** Runs as a table; those that are running took until `now`. */
export function runsTable(rows: readonly RunRow[], now: number): string {
  return formatTable([HEADINGS, ...rows.map((row) => cells(row, now))]);
}

function cells(row: RunRow, now: number): string[] {
  const end = row.ended ?? (row.status === "running" ? now : undefined);
  return [
    printable(row.id),
    cut(printable(row.spell), 30),
    statusText(row),
    formatInstant(row.started),
    end === undefined ? "" : formatElapsed(end - row.started),
    formatNumber(row.calls),
    formatNumber(row.tokens),
    formatUsd(row.usd),
  ];
}
