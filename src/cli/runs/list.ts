import { EXIT } from "../../contract/error-codes.ts";
import type { RunStatus } from "../../runtime/runs.ts";
import { flagOption, textOption, type Command } from "../command.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";

/** Rows of the table unless more are asked for. */
const ROWS = 50;

/** How a run can be. */
const STATUSES: readonly RunStatus[] = ["running", "done", "failed", "interrupted", "crashed"];

/** `llmspell runs list` */
export const list: Command = {
  name: "list",
  summary: "List recorded runs, the newest first",
  options: [
    { flags: "--spell <name>", doc: "Only runs of this spell" },
    { flags: "--status <status>", doc: "Only runs that are so", choices: STATUSES },
    { flags: "--since <time>", doc: "Only runs that began at or after a date (2026-11-01) or that long ago (2h)" },
    { flags: "--until <time>", doc: "Only runs that began before it" },
    { flags: "--min-usd <usd>", doc: "Only runs that cost at least so much" },
    { flags: "--max-usd <usd>", doc: "Only runs that cost at most so much" },
    { flags: "--search <text>", doc: "Only runs with these words in their output, result, error or spell's name" },
    { flags: "--limit <number>", doc: `How many; in the table ${ROWS} unless told` },
    JOURNAL_OPTION,
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: [
    "llmspell runs list --since 2h",
    "llmspell runs list --status failed --spell report",
    'llmspell runs list --search "quarterly figures" --json',
  ],
  async run(input) {
    const { terminal } = input;
    const now = Date.now();
    const [{ parseFilter }, { rowToJson, safeJson }, runtime] = await Promise.all([
      import("./parse-filter.ts"),
      import("./run-texts.ts"),
      import("../../runtime/runs.ts"),
    ]);
    const filter = parseFilter(input, now);
    const isJson = flagOption(input, "json");
    const limit = filter.limit ?? (isJson ? undefined : ROWS + 1);
    const file = await journalOf(input);
    const isFirst = textOption(input, "journal") === undefined && !runtime.hasJournal(file);
    const use = filter.search === undefined ? runtime.readJournal : runtime.searchJournal;
    const rows = isFirst
      ? []
      : await use(file, (journal) => journal.list({ ...filter, ...(limit === undefined ? {} : { limit }) }));
    if (isJson) terminal.out(`${safeJson(rows.map(rowToJson))}\n`);
    else if (rows.length === 0) terminal.note(isFirst ? "No run has been recorded yet" : "No such run");
    else {
      const isCut = filter.limit === undefined && rows.length > ROWS;
      const { runsTable } = await import("./runs-table.ts");
      terminal.out(runsTable(isCut ? rows.slice(0, ROWS) : rows, now));
      if (isCut) terminal.note(terminal.style.dim(`There are more: --limit, or fewer with --since, --spell, …`));
    }
    return EXIT.done;
  },
};
