import { EXIT } from "../../contract/error-codes.ts";
import { flagOption, textArgument, type Command, type CommandInput } from "../command.ts";
import { toJson } from "../format-value.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";
import { printable } from "../printable.ts";
import type { CallChange, LineChange, RunComparison } from "./compare-runs.ts";
import { formatElapsed, formatNumber, formatUsd } from "./format-figures.ts";
import { RUN_ARGUMENT } from "./run-argument.ts";
import type { RunRow } from "../../runtime/runs.ts";
import type { ShownCall } from "./run-record.ts";

/** `llmspell runs diff A B` */
export const diff: Command = {
  name: "diff",
  summary: "Compare two runs: calls, arguments, answers, output, tokens and cost",
  arguments: [
    { ...RUN_ARGUMENT, form: "<first>" },
    { ...RUN_ARGUMENT, form: "<second>" },
  ],
  options: [
    { flags: "--all", doc: "Show also what is the same" },
    { flags: "--exit-code", doc: "Exit with 1 where they differ" },
    JOURNAL_OPTION,
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: ["llmspell runs diff 01m7a 01m7b", "llmspell runs diff 01m7a last --exit-code"],
  async run(input) {
    const file = await journalOf(input);
    const [{ readJournal }, { readRunRecord }, { compareRuns }] = await Promise.all([
      import("../../runtime/runs.ts"),
      import("./run-record.ts"),
      import("./compare-runs.ts"),
    ]);
    const [first, second] = await readJournal(file, (journal) =>
      ([0, 1] as const).map((index) => {
        const row = journal.find(textArgument(input, index));
        return { row, record: readRunRecord(journal.entries(row.id)) };
      }),
    );
    if (first === undefined || second === undefined) return EXIT.usage;
    const comparison = compareRuns(first.record, second.record);
    if (flagOption(input, "json")) await printJson(input, [first.row, second.row], comparison);
    else await printText(input, [first.row, second.row], comparison);
    return flagOption(input, "exitCode") && !comparison.isSame ? EXIT.failed : EXIT.done;
  },
};

type Rows = readonly [RunRow, RunRow];

async function printText({ terminal, options }: CommandInput, rows: Rows, comparison: RunComparison): Promise<void> {
  const [{ cut, widthOf, argumentsOnOneLine }, { answerOf }] = await Promise.all([
    import("./run-texts.ts"),
    import("./compare-runs.ts"),
  ]);
  const isAll = options["all"] === true;
  const width = widthOf(terminal);
  const lines: string[] = [...figures(rows)];
  const changed = (name: string, both: readonly [string, string] | undefined) => {
    if (both !== undefined) lines.push("", name, `- ${printable(both[0])}`, `+ ${printable(both[1])}`);
  };
  changed("parameters", comparison.parameters);
  const named = (call: ShownCall) => `#${call.id} ${printable(call.function)}(${argumentsOnOneLine(call.args)})`;
  const ofCall = (change: CallChange): string[] => {
    switch (change.kind) {
      case "removed":
        return [`- ${named(change.first)}`];
      case "added":
        return [`+ ${named(change.second)}`];
      case "same":
        return isAll ? [`  ${named(change.first)}`] : [];
      case "answer":
        return [`  ${named(change.first)}`, `-   → ${answerOf(change.first)}`, `+   → ${answerOf(change.second)}`];
    }
  };
  section(lines, "calls", comparison.calls.flatMap(ofCall));
  section(
    lines,
    "output",
    comparison.output.flatMap((line) => ofLine(line, isAll)),
  );
  changed("result", comparison.end);
  if (comparison.isSame) lines.push("", "The runs did the same");
  terminal.out(lines.map((line) => `${cut(line, width)}\n`).join(""));
}

function section(lines: string[], name: string, content: readonly string[]): void {
  if (content.length > 0) lines.push("", name, ...content);
}

const SIGNS = { same: " ", removed: "-", added: "+" } as const;

function ofLine({ kind, text }: LineChange, isAll: boolean): string[] {
  return kind === "same" && !isAll ? [] : [`${SIGNS[kind]} ${printable(text)}`];
}

function figures([first, second]: Rows): string[] {
  const line = (sign: string, { id, spell, status, calls, tokens, usd, started, ended }: RunRow) => {
    const took = ended === undefined ? "" : formatElapsed(ended - started);
    const spent = [`${calls} calls`, `${formatNumber(tokens) || 0} tokens`, formatUsd(usd), took].filter(Boolean);
    return `${sign} ${id} ${printable(spell)}, ${status}: ${spent.join(", ")}`;
  };
  return [line("-", first), line("+", second)];
}

async function printJson({ terminal }: CommandInput, rows: Rows, comparison: RunComparison): Promise<void> {
  const { rowToJson, safeJson } = await import("./run-texts.ts");
  const ofCall = ({ id, function: name, args, value, error }: ShownCall) => ({
    id,
    function: name,
    arguments: args.map(toJson),
    ...(value === undefined ? {} : { value: toJson(value) }),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  });
  const calls = comparison.calls.map((change) => ({
    kind: change.kind,
    ...("first" in change ? { first: ofCall(change.first) } : {}),
    ...("second" in change ? { second: ofCall(change.second) } : {}),
  }));
  const { isSame, output, parameters, end } = comparison;
  const object = { same: isSame, runs: rows.map(rowToJson), calls, output, parameters, result: end };
  terminal.out(`${safeJson(object)}\n`);
}
