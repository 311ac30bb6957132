import { EXIT } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import { flagOption, textArgument, textOption, type Command, type CommandInput } from "../command.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";
import { RUN_ARGUMENT } from "./run-argument.ts";
import type { WholeRun } from "./show-run.ts";

/** `llmspell runs show RUN` */
export const show: Command = {
  name: "show",
  summary: "Show what a run was, its calls and what they cost, what it printed and how it ended",
  arguments: [RUN_ARGUMENT],
  options: [
    { flags: "--calls", doc: "Only the table of its calls" },
    { flags: "--output", doc: "Only what it printed" },
    { flags: "--html <file>", doc: "Write a page with its timeline instead; - is standard output" },
    JOURNAL_OPTION,
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: ["llmspell runs show last", "llmspell runs show 01m7 --calls", "llmspell runs show last --html run.html"],
  async run(input) {
    const run = await readWhole(input);
    const page = textOption(input, "html");
    if (page === undefined) await showAsText(input, run);
    else await writePage(input, run, page);
    return EXIT.done;
  },
};

async function showAsText(input: CommandInput, run: WholeRun): Promise<void> {
  const { terminal } = input;
  const [{ safeJson, widthOf }, { callsTable, showRun, writeOutput }] = await Promise.all([
    import("./run-texts.ts"),
    import("./show-run.ts"),
  ]);
  if (flagOption(input, "json")) {
    const { runToJson } = await import("./run-to-json.ts");
    terminal.out(`${safeJson(runToJson(run))}\n`);
  } else if (flagOption(input, "output")) writeOutput(terminal, run.record);
  else if (flagOption(input, "calls")) terminal.out(callsTable(run.record, widthOf(terminal)));
  else showRun(terminal, run, widthOf(terminal));
}

async function readWhole(input: CommandInput): Promise<WholeRun> {
  const chosen = ["calls", "output", "json", "html"].filter((name) => input.options[name] !== undefined);
  if (chosen.length > 1) {
    throw new SpellError(
      "usage",
      `Only one of ${chosen.map((name) => `--${name}`).join(" and ")} can be shown at once`,
    );
  }
  const file = await journalOf(input);
  const [{ readJournal }, { readRunRecord }] = await Promise.all([
    import("../../runtime/runs.ts"),
    import("./run-record.ts"),
  ]);
  return await readJournal(file, (journal) => {
    const row = journal.find(textArgument(input, 0));
    return { row, record: readRunRecord(journal.entries(row.id)), ...journal.verify(row.id) };
  });
}

async function writePage({ terminal }: CommandInput, run: WholeRun, path: string): Promise<void> {
  const { runPage } = await import("./page/index.ts");
  const text = runPage(run);
  if (path === "-") return terminal.out(text);
  await (await import("../../runtime/write-result.ts")).writeResult(path, text);
  terminal.note(`Wrote ${path}`);
}
