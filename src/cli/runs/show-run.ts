import type { RunRow } from "../../runtime/runs.ts";
import { formatResult } from "../format-value.ts";
import { printable } from "../printable.ts";
import { showPosition } from "../show-failure.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { formatElapsed, formatInstant, formatNumber, formatUsd } from "./format-figures.ts";
import { tookOf, type RunRecord, type ShownCall } from "./run-record.ts";
import { argumentsOnOneLine, cut, onOneLine, statusText } from "./run-texts.ts";

/** A run with its row, its sorted entries and the head of its chain. */
export interface WholeRun {
  readonly row: RunRow;
  readonly record: RunRecord;
  /** Hex. */
  readonly digest: string;
  readonly entries: number;
}

/** What is shown of output and calls unless they are asked for by themselves. */
const MAX_LINES = 40;
const MAX_CALLS = 200;

/** Columns that a table of calls needs at least. */
const MIN_WIDTH = 72;

/** How long it was worked on: pauses between its processes do not count. */
export function elapsedOf({ row, record }: Pick<WholeRun, "row" | "record">): number {
  return row.ended === undefined || record.pauses.length > 0 ? record.elapsed : row.ended - row.started;
}

/** Shows a run on standard output. */
export function showRun(terminal: Terminal, run: WholeRun, columns: number): void {
  const { record, row } = run;
  terminal.out(formatTable(facts(run)));
  if (record.calls.length > 0) {
    terminal.out("\n");
    terminal.out(callsTable({ ...record, calls: record.calls.slice(0, MAX_CALLS) }, columns));
    const more = record.calls.length - MAX_CALLS;
    if (more > 0) terminal.out(`… ${formatNumber(more)} more: llmspell runs show ${printable(row.id)} --calls\n`);
  }
  if (record.output.length > 0) terminal.out(`\nOutput:\n${shownOutput(record, row)}`);
  terminal.out(shownEnd(run));
}

function facts({ row, record, digest, entries }: WholeRun): string[][] {
  const { start } = record;
  const usage = [
    `${row.calls.toLocaleString("en-US")} ${row.calls === 1 ? "call" : "calls"}`,
    `${row.llmCalls.toLocaleString("en-US")} to models`,
    `${row.tokens.toLocaleString("en-US")} tokens`,
    formatUsd(row.usd) || "$0",
  ];
  const rows: (readonly [string, string | undefined])[] = [
    ["run", row.id],
    ["spell", spellText(run(row, start))],
    ["status", statusText(row)],
    ["started", `${formatInstant(row.started, true)}, took ${formatElapsed(elapsedOf({ row, record }))}`],
    ["used", usage.join(", ")],
    ["profile", start?.profile.name],
    ["versions", start && `llmspell ${start.versions.llmspell}, ${start.versions.engine}`],
    ["folder", start?.invocation.folder],
    ["model", start?.invocation.model],
    ["parameters", start && cut(onOneLine(start.message.parameters), 200)],
    [
      row.parent !== undefined && row.id.startsWith(`${row.parent.id}.`) ? "part of" : "forked from",
      row.parent && `${row.parent.id} at call ${row.parent.at}`,
    ],
    ["resumed", pausesText(record)],
    ["digest", `${digest} (${formatNumber(entries)} entries)`],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, printable(value)]]));
}

function run(row: RunRow, start: RunRecord["start"]) {
  return { name: row.spell, engine: row.engine, version: start?.spell.version ?? "", path: start?.spell.path };
}

function spellText({ name, engine, version, path }: ReturnType<typeof run>): string {
  return `${name}${version === "" ? "" : ` ${version}`} (${engine}${path === undefined ? "" : `, ${path}`})`;
}

function pausesText({ pauses }: RunRecord): string | undefined {
  if (pauses.length === 0) return undefined;
  return pauses.map(({ at, pause }) => `after ${formatElapsed(at)}, ${formatElapsed(pause)} later`).join("; ");
}

/** The calls as a table of so many columns. */
export function callsTable({ calls }: RunRecord, columns: number): string {
  if (calls.length === 0) return "";
  const rows = calls.map((call) => ({ call, cells: figures(call) }));
  const width = (index: number) => Math.max(...rows.map(({ cells }) => Bun.stringWidth(cells[index] ?? "")), 5);
  const fixed = [0, 1, 2, 3, 4, 5].reduce((sum, index) => sum + width(index) + 2, 0);
  const each = Math.max(12, Math.floor((Math.max(columns, MIN_WIDTH) - fixed - 2) / 2));
  const lines = rows.map(({ call, cells }) => {
    const [id = "", fiber = "", name = "", ...rest] = cells;
    return [id, fiber, name, cut(argumentsOnOneLine(call.args), each), cut(answerText(call), each), ...rest];
  });
  return formatTable([["CALL", "FIBER", "FUNCTION", "ARGUMENTS", "ANSWER", "TIME", "TOKENS", "USD"], ...lines]);
}

function figures(call: ShownCall): string[] {
  const took = tookOf(call);
  return [
    String(call.id),
    String(call.fiber),
    cut(printable(call.function), 40),
    took === undefined ? "" : formatElapsed(took),
    formatNumber(call.spent?.tokens ?? 0),
    formatUsd(call.spent?.usd ?? 0),
  ];
}

/** What a call was answered with, on one line. */
export function answerText({ value, error, cancelled, ended }: ShownCall): string {
  if (error !== undefined) return `error ${printable(error.code)}: ${onOneLine(error.message)}`;
  if (cancelled) return "(given up)";
  return ended === undefined ? "(no answer)" : onOneLine(value ?? null);
}

/** Writes what the run printed, each part to where it went. */
export function writeOutput(terminal: Terminal, { output }: RunRecord): void {
  for (const { stream, text } of output) terminal.spell(stream, text);
}

function shownOutput({ output }: RunRecord, { id }: RunRow): string {
  const text = Buffer.concat(output.map((each) => Buffer.from(each.text))).toString();
  const lines = text.replace(/\n$/, "").split("\n");
  const shown = lines.slice(0, MAX_LINES).map((line) => `  ${printable(line)}\n`);
  const more = lines.length - MAX_LINES;
  if (more > 0) shown.push(`  … ${formatNumber(more)} more lines: llmspell runs show ${printable(id)} --output\n`);
  return shown.join("");
}

function shownEnd({ record: { end }, row }: WholeRun): string {
  if (end === undefined) {
    return row.status === "running" ? "\nIt is running\n" : `\nIt has no end: llmspell resume ${printable(row.id)}\n`;
  }
  const { failure, result } = end;
  if (failure !== undefined) {
    const { position } = failure;
    const place = position === undefined ? "" : `\n  at ${showPosition(position)}`;
    return `\nFailed: ${printable(failure.code)}: ${printable(failure.message)}${place}\n`;
  }
  if (result === null) return "";
  const text = formatResult(result);
  return `\nResult:\n${printable(typeof text === "string" ? text : Buffer.from(text).toString()).replace(/^/gm, "  ")}\n`;
}
