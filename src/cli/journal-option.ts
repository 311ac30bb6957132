import type { CommandOption } from "./command.ts";
import { textOption, type CommandInput } from "./command.ts";

/** The option of every command about recorded runs. */
export const JOURNAL_OPTION: CommandOption = {
  flags: "--journal <file>",
  doc: "The journal that the run is in, instead of the person's own",
};

/** The journal that a command is about: `--journal`, else the person's own. */
export async function journalOf(input: CommandInput): Promise<string> {
  const { defaultJournalFile } = await import("../runtime/runs.ts");
  return textOption(input, "journal") ?? defaultJournalFile((name) => process.env[name]);
}
