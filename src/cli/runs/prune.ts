import { EXIT } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import { flagOption, textOption, type Command } from "../command.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";

/** `llmspell runs prune` */
export const prune: Command = {
  name: "prune",
  summary: "Remove old runs, or as many as make the journal small enough; never one that is running",
  options: [
    { flags: "--older-than <age>", doc: "Runs that began longer ago than this, as 30d or 12h" },
    { flags: "--max-size <size>", doc: "The oldest runs, until the journal is no larger than this, as 500MiB" },
    { flags: "--dry-run", doc: "Only say what would go" },
    JOURNAL_OPTION,
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: ["llmspell runs prune --older-than 30d --dry-run", "llmspell runs prune --max-size 500MiB"],
  async run(input) {
    const { terminal } = input;
    const [{ parseAge, parseSize, whenGiven }, { formatSize }, { safeJson }] = await Promise.all([
      import("./parse-filter.ts"),
      import("../../contract/quantity.ts"),
      import("./run-texts.ts"),
    ]);
    const olderThan = whenGiven(textOption(input, "olderThan"), (text) => parseAge("--older-than", text));
    const maxBytes = whenGiven(textOption(input, "maxSize"), (text) => parseSize("--max-size", text));
    if (olderThan === undefined && maxBytes === undefined) {
      throw new SpellError("usage", "It is not said which runs are to go", {
        fix: "Say --older-than 30d, --max-size 500MiB or both",
      });
    }
    const dryRun = flagOption(input, "dryRun");
    const file = await journalOf(input);
    const { hasJournal, writeJournal } = await import("../../runtime/runs.ts");
    const options = {
      dryRun,
      ...(olderThan === undefined ? {} : { olderThan }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    };
    const isMissing = textOption(input, "journal") === undefined && !hasJournal(file);
    const gone = isMissing ? { runs: 0, bytes: 0 } : await writeJournal(file, (journal) => journal.prune(options));
    if (flagOption(input, "json")) terminal.out(`${safeJson({ ...gone, dryRun })}\n`);
    else {
      const count = `${gone.runs} ${gone.runs === 1 ? "run" : "runs"}`;
      terminal.out(`${dryRun ? "Would remove" : "Removed"} ${count}, ${formatSize(gone.bytes)}\n`);
    }
    return EXIT.done;
  },
};
