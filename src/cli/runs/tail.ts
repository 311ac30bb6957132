import { EXIT } from "../../contract/error-codes.ts";
import type { Command } from "../command.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";
import { RUN_ARGUMENT } from "./run-argument.ts";

/** `llmspell runs tail RUN` */
export const tail: Command = {
  name: "tail",
  summary: "Show what a run does, as it does it, until it ends",
  arguments: [RUN_ARGUMENT],
  options: [JOURNAL_OPTION, { flags: "--json", doc: "Print each entry of its record as a line of JSON" }],
  examples: ["llmspell runs tail last"],
  async run(input) {
    const file = await journalOf(input);
    const [{ readJournal }, { followRun }] = await Promise.all([
      import("../../runtime/runs.ts"),
      import("./follow-run.ts"),
    ]);
    await readJournal(file, (journal) => followRun(input, journal));
    return EXIT.done;
  },
};
