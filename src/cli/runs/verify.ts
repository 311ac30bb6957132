import { EXIT, exitStatus } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import type { Journal } from "../../runtime/runs.ts";
import { flagOption, textArgument, type Command } from "../command.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";
import { RUN_ARGUMENT } from "./run-argument.ts";

/** What was found of one run. */
interface Verdict {
  readonly id: string;
  readonly entries?: number;
  /** Hex. */
  readonly digest?: string;
  /** Why it is not what was written. */
  readonly problem?: string;
}

/** `llmspell runs verify [RUN]` */
export const verify: Command = {
  name: "verify",
  summary: "Check that recorded runs are what was written, and print the digest of each",
  arguments: [{ ...RUN_ARGUMENT, form: "[run]", doc: "Its id, the beginning of it, or last; all of them unless told" }],
  options: [JOURNAL_OPTION, { flags: "--json", doc: "Print JSON" }],
  examples: ["llmspell runs verify", "llmspell runs verify last"],
  async run(input) {
    const { terminal } = input;
    const reference = textArgument(input, 0);
    const file = await journalOf(input);
    const [{ readJournal }, { safeJson }, { formatTable }, { printable }] = await Promise.all([
      import("../../runtime/runs.ts"),
      import("./run-texts.ts"),
      import("../table.ts"),
      import("../printable.ts"),
    ]);
    const verdicts = await readJournal(file, (journal) => {
      const rows = reference === "" ? journal.list() : [journal.find(reference)];
      return rows.map(({ id }) => check(journal, id));
    });
    if (flagOption(input, "json")) terminal.out(`${safeJson(verdicts)}\n`);
    else if (verdicts.length > 0) {
      const rows = verdicts.map(({ id, entries, digest, problem }) => [
        id,
        String(entries ?? ""),
        digest ?? problem ?? "",
      ]);
      terminal.out(formatTable([["RUN", "ENTRIES", "DIGEST"], ...rows.map((row) => row.map(printable))]));
    }
    const damaged = verdicts.filter(({ problem }) => problem !== undefined).length;
    if (damaged === 0) return EXIT.done;
    terminal.note(`${terminal.style.red("damaged")}: ${damaged} of ${verdicts.length} runs`);
    return exitStatus("journal.damaged");
  },
};

function check(journal: Journal, id: string): Verdict {
  try {
    return { id, ...journal.verify(id) };
  } catch (error) {
    if (!(error instanceof SpellError) || error.code !== "journal.damaged") throw error;
    return { id, problem: error.message };
  }
}
