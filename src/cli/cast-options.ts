import type { CommandOption } from "./command.ts";
import {
  suggestBudgets,
  suggestEngines,
  suggestLimits,
  suggestParameters,
  suggestProfiles,
  suggestProviders,
} from "./suggestions.ts";

/** Levels of log lines, the least first. */
export const LEVELS = ["debug", "info", "warn", "error"] as const;

/** The options of every command that runs a spell. */
export const CAST_OPTIONS: readonly CommandOption[] = [
  {
    flags: "-p, --param <key=value>",
    doc: "A parameter of the spell; may be repeated",
    repeat: true,
    complete: suggestParameters,
  },
  {
    flags: "--profile <name>",
    doc: "Profile by name or file; else the project's rule, else standard",
    complete: suggestProfiles,
  },
  { flags: "-m, --model <model>", doc: "Default model, as provider/model", complete: suggestProviders },
  { flags: "--engine <engine>", doc: "Run with this engine whatever the file's ending", complete: suggestEngines },
  { flags: "--env-file <file>", doc: "Take keys from a file of NAME=value lines" },
  { flags: "--mock <file>", doc: "Script of the mock model (YAML); implies --model mock" },
  {
    flags: "--limit <name=value>",
    doc: "Lower a limit, as wallTime=10s; raise one where the profile says raisable",
    repeat: true,
    complete: suggestLimits,
  },
  {
    flags: "--budget <name=value>",
    doc: "What the run may spend: usd=0.10,tokens=50k",
    repeat: true,
    complete: suggestBudgets,
  },
  { flags: "--approvals <file>", doc: "Calls that need not be asked for (YAML)" },
  { flags: "--audit <file>", doc: "Add one JSON line a decision of the gate to a file" },
  { flags: "--learn", doc: "Print the least profile that allows what the run used" },
  { flags: "--lock", doc: "Write that profile beside the spell, as its lock" },
  { flags: "--locked", doc: "Run under the spell's lock and nothing else" },
  { flags: "--journal <file>", doc: "Keep the run's record in this file instead of the person's own journal" },
  { flags: "--no-journal", doc: "Leave no record of the run" },
  { flags: "--seed <number>", doc: "Seed of the run's random numbers" },
  { flags: "--log-level <level>", doc: "Least level of log lines that are shown", choices: LEVELS },
  { flags: "--json", doc: "Print one JSON object: result, output, usage, error" },
  { flags: "-q, --quiet", doc: "No notes on standard error" },
];
