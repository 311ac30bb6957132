import { EXIT } from "../../contract/error-codes.ts";
import { textArgument, textOption, type Command } from "../command.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";
import { RUN_ARGUMENT } from "./run-argument.ts";

/** `llmspell runs export RUN` */
export const exportRun: Command = {
  name: "export",
  summary: "Print a whole run as lines of JSON, for another journal or another program",
  arguments: [RUN_ARGUMENT],
  options: [{ flags: "-o, --out <file>", doc: "Write to a file instead" }, JOURNAL_OPTION],
  examples: ["llmspell runs export last > run.jsonl", "llmspell runs export 01m7 -o run.jsonl"],
  async run(input) {
    const file = await journalOf(input);
    const { readJournal } = await import("../../runtime/runs.ts");
    const text = await readJournal(file, (journal) => journal.exportRun(journal.find(textArgument(input, 0)).id));
    const path = textOption(input, "out");
    if (path === undefined) input.terminal.out(text);
    else await (await import("../../runtime/write-result.ts")).writeResult(path, text);
    return EXIT.done;
  },
};
