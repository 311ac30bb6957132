import { EXIT } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import { flagOption, textArgument, type Command } from "../command.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";

/** `llmspell runs import FILE` */
export const importRun: Command = {
  name: "import",
  summary: "Take up a run that was exported, after checking that it is what was written",
  arguments: [{ form: "<file>", doc: "The exported file; - is standard input" }],
  options: [JOURNAL_OPTION, { flags: "--json", doc: "Print JSON" }],
  examples: ["llmspell runs import run.jsonl"],
  async run(input) {
    const text = await readText(textArgument(input, 0));
    const file = await journalOf(input);
    const [{ writeJournal }, { safeJson }, { printable }] = await Promise.all([
      import("../../runtime/runs.ts"),
      import("./run-texts.ts"),
      import("../printable.ts"),
    ]);
    const id = await writeJournal(file, (journal) => journal.importRun(text), true);
    input.terminal.out(flagOption(input, "json") ? `${safeJson({ id })}\n` : `${printable(id)}\n`);
    return EXIT.done;
  },
};

async function readText(path: string): Promise<string> {
  try {
    return await (path === "-" ? Bun.stdin : Bun.file(path)).text();
  } catch (error) {
    throw new SpellError("usage", `The file "${path}" cannot be read`, { cause: error });
  }
}
