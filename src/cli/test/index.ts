/**
 * `llmspell test`: what a person sees of the cases in `src/runtime/cases`. The report goes to standard error as that
 * of other test runners does, `--json` to standard output. What spells printed goes through `printable`.
 */
import type { Command } from "../command.ts";
import { suggestEngines, suggestParameters, suggestProfiles, suggestProviders, suggestSpells } from "../suggestions.ts";
import { suggestCases } from "./suggest-cases.ts";

/** `llmspell test [SPELL...]` */
export const test: Command = {
  name: "test",
  summary: "Run the cases of spells: recorded or scripted, without a key",
  group: "Write spells:",
  arguments: [
    {
      form: "[spells...]",
      doc: "Spells by name or path; those of ./spells and of this folder unless told",
      complete: suggestSpells,
    },
  ],
  options: [
    {
      flags: "--filter <text>",
      doc: "Only cases whose spell, name or language holds this text or matches /this/",
      complete: suggestCases,
    },
    { flags: "--engine <engine>", doc: "Only main files in the language of this engine", complete: suggestEngines },
    { flags: "--bail", doc: "End with the first case that fails" },
    { flags: "--list", doc: "List the cases and run none" },
    { flags: "--record <name>", doc: "Make a case from a live run of the spell" },
    { flags: "--update", doc: "Record again, live, and write what is expected now" },
    {
      flags: "-p, --param <key=value>",
      doc: "With --record: a parameter of the spell; may be repeated",
      repeat: true,
      complete: suggestParameters,
    },
    { flags: "--profile <name>", doc: "With --record: the profile by name or file", complete: suggestProfiles },
    { flags: "-m, --model <model>", doc: "With --record: the model, as provider/model", complete: suggestProviders },
    { flags: "--seed <number>", doc: "With --record: the seed of the run's random numbers" },
    { flags: "--env-file <file>", doc: "With --record: take keys from a file of NAME=value lines" },
    { flags: "--junit <file>", doc: "Write a report as JUnit XML" },
    { flags: "--json", doc: "Print one JSON object: every case, its differences, the counts" },
    { flags: "-q, --quiet", doc: "Show only cases that fail, and the counts" },
  ],
  examples: [
    "llmspell test",
    "llmspell test summarize --filter bullets",
    "llmspell test ./greet.lua --record polite -p name=Ada",
    "llmspell test greet --update",
  ],
  async run(input) {
    const { runTest } = await import("./run-test.ts");
    return runTest(input);
  },
};
