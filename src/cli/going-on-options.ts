import { LEVELS } from "./cast-options.ts";
import type { CommandOption } from "./command.ts";
import { JOURNAL_OPTION } from "./journal-option.ts";

/** The options of every command that goes on live from a recorded run. */
export const GOING_ON_OPTIONS: readonly CommandOption[] = [
  JOURNAL_OPTION,
  { flags: "--env-file <file>", doc: "Take keys from a file of NAME=value lines" },
  { flags: "--approvals <file>", doc: "Calls that need not be asked for (YAML)" },
  { flags: "--audit <file>", doc: "Add one JSON line a decision of the gate to a file" },
  { flags: "--log-level <level>", doc: "Least level of log lines that are shown", choices: LEVELS },
  { flags: "--json", doc: "Print one JSON object: result, output, usage, error" },
  { flags: "-q, --quiet", doc: "No notes on standard error" },
];
