import { diffLines } from "diff";
import type { CaseResult, Difference, FoundCase, SpellCases } from "../../runtime/cases/index.ts";
import { printable } from "../printable.ts";
import { withSourceOf } from "../read-source.ts";
import { showFailure, showPosition } from "../show-failure.ts";
import type { Terminal } from "../terminal.ts";

/** How many of the cases passed. */
export interface CaseTotals {
  readonly passed: number;
  readonly failed: number;
  /** Not run, as an earlier one failed. */
  readonly skipped: number;
}

/** What is not shown. */
interface ReporterOptions {
  /** Cases that pass. */
  readonly quiet: boolean;
  /** Everything. */
  readonly silent: boolean;
}

/** Shows cases as they end: a line each, and for those that failed what was expected and what came. */
export class CaseReporter {
  readonly #terminal: Terminal;
  /** The spells' paths by the files of their cases. */
  readonly #paths: ReadonlyMap<string, string>;
  readonly #options: ReporterOptions;
  #shown: string | undefined;
  #passed = 0;
  #failed = 0;

  constructor(terminal: Terminal, spells: readonly SpellCases[], options: ReporterOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#paths = new Map(spells.flatMap(({ path, cases }) => cases.map(({ spellCase }) => [spellCase.file, path])));
  }

  /** One case; `changes`: what `--update` wrote for it. */
  show(result: CaseResult, changes: readonly string[]): void {
    const { differences, broken, milliseconds, spellCase } = result;
    const isGood = broken === undefined && differences.length === 0;
    if (isGood) this.#passed++;
    else this.#failed++;
    if (this.#options.silent || (isGood && this.#options.quiet && changes.length === 0)) return;
    const { note, style } = this.#terminal;
    this.#heading(spellCase.file);
    const mark = isGood ? style.green("✓") : style.red("✗");
    note(`${mark} ${printable(caseTitle(result))} ${style.dim(`[${duration(milliseconds)}]`)}`);
    for (const change of changes) note(`  ${style.yellow("updated")} ${printable(change)}`);
    if (broken !== undefined) showFailure(this.#terminal, broken, withSourceOf(broken, new Map()));
    for (const difference of differences) this.#difference(difference);
    const failure = result.run?.failure;
    if (differences.length > 0 && failure !== undefined && failure.code !== "journal.diverged") {
      showFailure(this.#terminal, failure, withSourceOf(failure, new Map()));
    }
  }

  /** The last line. */
  finish(milliseconds: number, count: number): CaseTotals {
    const skipped = count - this.#passed - this.#failed;
    if (!this.#options.silent) {
      const { note, style } = this.#terminal;
      const passed = `${this.#passed} passed`;
      const failed = `${this.#failed} failed`;
      const parts = [
        this.#passed > 0 ? style.green(passed) : passed,
        this.#failed > 0 ? style.red(failed) : failed,
        ...(skipped > 0 ? [style.yellow(`${skipped} not run`)] : []),
      ];
      if (this.#shown !== undefined) note("");
      note(`${parts.join(", ")} ${style.dim(`[${duration(milliseconds)}]`)}`);
    }
    return { passed: this.#passed, failed: this.#failed, skipped };
  }

  #heading(file: string): void {
    const path = this.#paths.get(file) ?? "";
    if (path === this.#shown) return;
    if (this.#shown !== undefined) this.#terminal.note("");
    this.#terminal.note(this.#terminal.style.bold(printable(path)));
    this.#shown = path;
  }

  #difference({ message, position, expected, received }: Difference): void {
    const { note, style } = this.#terminal;
    const place = position === undefined ? "" : style.dim(` (${showPosition({ ...position, column: 0 })})`);
    note(`  ${printable(message)}${place}`);
    if (received === undefined) return;
    if (expected === undefined) {
      for (const line of lines(received)) note(`    ${printable(line)}`);
      return;
    }
    note(`  ${style.green("- expected")}  ${style.red("+ received")}`);
    for (const line of lineDiff(expected, received)) {
      const paint = line.startsWith("- ") ? style.green : line.startsWith("+ ") ? style.red : style.dim;
      note(`  ${paint(printable(line))}`);
    }
  }
}

/** `greets (main.lua)`: a case and the main file that it is run with. */
export function caseTitle({ spellCase, variant }: FoundCase): string {
  return `${spellCase.name} (${variant.main})`;
}

/** Lines of context around what differs. */
const CONTEXT = 3;
/** Lines of a comparison that are shown. */
const MAX_LINES = 80;
/** Texts that differ in more lines are compared up to the first of them: looking for the rest would take too long. */
const MAX_EDITS = 1000;

/** Two texts as lines that begin with `- `, `+ ` or two spaces; far from what differs they are left out. */
export function lineDiff(expected: string, received: string): string[] {
  const ended = (text: string) => (text === "" || text.endsWith("\n") ? text : `${text}\n`);
  const changes = diffLines(ended(expected), ended(received), { maxEditLength: MAX_EDITS });
  if (changes === undefined) return firstDifference(lines(expected), lines(received));
  const all = changes.flatMap(({ value, added, removed }) => {
    const sign = added ? "+ " : removed ? "- " : "  ";
    return lines(value).map((line) => `${sign}${line}`);
  });
  const isNear = new Set<number>();
  for (const [index, line] of all.entries()) {
    if (line.startsWith("  ")) continue;
    for (let near = index - CONTEXT; near <= index + CONTEXT; near++) isNear.add(near);
  }
  const shown = all.flatMap((line, index) => {
    if (isNear.has(index)) return [line];
    return isNear.has(index - 1) || index === 0 ? ["  …"] : [];
  });
  const cut = shown.slice(0, MAX_LINES).map((line, index) => cutLine(line, shown[index - 1], shown[index + 1]));
  if (shown.length <= MAX_LINES) return cut;
  return [...cut, `  … ${shown.length - MAX_LINES} more lines`];
}

function firstDifference(expected: readonly string[], received: readonly string[]): string[] {
  const at = expected.findIndex((line, index) => line !== received[index]);
  const line = at < 0 ? expected.length : at;
  const [before, now] = [`- ${expected[line] ?? ""}`, `+ ${received[line] ?? ""}`];
  return [`  line ${line + 1}`, cutLine(before, undefined, now), cutLine(now, before, undefined), "  …"];
}

/** Letters of a line that are shown. */
const MAX_LINE = 240;

/** A long line is cut around the place where it begins to differ from the one that it replaces, or is replaced by. */
function cutLine(line: string, before: string | undefined, after: string | undefined): string {
  if (line.length <= MAX_LINE) return line;
  const other = line.startsWith("- ") ? after : before;
  const isPair = line.startsWith("- ") ? other?.startsWith("+ ") : line.startsWith("+ ") && other?.startsWith("- ");
  let same = 2;
  if (isPair) while (same < line.length && line[same] === other?.[same]) same++;
  const start = Math.max(2, same - MAX_LINE / 4);
  const end = start + MAX_LINE;
  const part = line.slice(start, end).toWellFormed();
  return `${line.slice(0, 2)}${start > 2 ? "…" : ""}${part}${end < line.length ? "…" : ""}`;
}

function lines(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds}ms` : `${(milliseconds / 1000).toFixed(2)}s`;
}
