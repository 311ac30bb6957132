import { EXIT } from "../../contract/error-codes.ts";
import type { ReportFormat } from "../../runtime/model-reports.ts";
import { textOption, type Command } from "../command.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";
import { parseInstant } from "../runs/parse-filter.ts";

const FORMATS: readonly ReportFormat[] = ["md", "json", "csv", "html", "openapi", "svg"];
const MONTH = "30d";

/** `llmspell models report` */
export const report: Command = {
  name: "report",
  summary: "Report what calls to models cost and how long they took, from the recorded runs",
  options: [
    { flags: "--since <time>", doc: "Runs since then; 30d unless told" },
    { flags: "--format <format>", doc: "Its form; md unless told", choices: FORMATS },
    { flags: "--search <text>", doc: "Show these models of the catalogue, instead of those that were called" },
    { flags: "--out <file>", doc: "Write it to a file" },
    JOURNAL_OPTION,
  ],
  examples: ["llmspell models report --since 7d", "llmspell models report --format html --out models.html"],
  async run(input) {
    const { terminal } = input;
    const { reportModels } = await import("../../runtime/model-reports.ts");
    const sinceText = textOption(input, "since") ?? MONTH;
    const search = textOption(input, "search");
    const { text, figures } = await reportModels((textOption(input, "format") ?? "md") as ReportFormat, {
      journal: await journalOf(input),
      since: parseInstant("--since", sinceText, Date.now()),
      sinceText,
      ...(search === undefined ? {} : { filter: { text: search } }),
    });
    const file = textOption(input, "out");
    if (file === undefined) terminal.out(text);
    else await (await import("../../runtime/write-result.ts")).writeResult(file, text);
    const where = file === undefined ? "" : `; written to ${file}`;
    terminal.note(`llmspell: ${figures.calls} calls in ${figures.runs} runs since ${sinceText}${where}`);
    return EXIT.done;
  },
};
