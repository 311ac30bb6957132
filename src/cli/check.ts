import { EXIT } from "../contract/error-codes.ts";
import type { Checked } from "../runtime/check-spell.ts";
import { flagOption, textOption, type Command } from "./command.ts";
import { toJson } from "./format-value.ts";
import { printable, safeJson } from "./printable.ts";
import { suggestEngines, suggestProfiles, suggestSpells } from "./suggestions.ts";

/** `llmspell check [SPELL...]` */
export const check: Command = {
  name: "check",
  summary: "Find faults without running: syntax, needs, modules and functions, manifests, profiles",
  group: "Write spells:",
  arguments: [
    {
      form: "[what...]",
      doc: "Spells, profile files, llmspell.yaml; all of the project unless told",
      complete: suggestSpells,
    },
  ],
  options: [
    {
      flags: "--profile <name>",
      doc: "Check against this profile instead of the one that a run would have",
      complete: suggestProfiles,
    },
    {
      flags: "--engine <engine>",
      doc: "Only for this engine; otherwise in every language of the spell",
      complete: suggestEngines,
    },
    { flags: "--locked", doc: "Check each spell against its lock: more than was learned is a fault" },
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: ["llmspell check", "llmspell check ./greet.lua --profile sandbox", "llmspell check profiles/wiki.yaml"],
  async run(input) {
    const { terminal } = input;
    const [{ checkAll }, { showFailure }] = await Promise.all([
      import("../runtime/check-files.ts"),
      import("./show-failure.ts"),
    ]);
    const [references] = input.arguments;
    const checked = await checkAll({
      references: typeof references === "string" ? [references] : (references ?? []),
      profile: textOption(input, "profile"),
      engine: textOption(input, "engine"),
      locked: flagOption(input, "locked"),
    });
    const count = checked.reduce((sum, { problems }) => sum + problems.length, 0);
    if (flagOption(input, "json")) terminal.out(`${safeJson({ ok: count === 0, checked: checked.map(plain) })}\n`);
    else {
      for (const each of checked) {
        terminal.out(`${each.problems.length === 0 ? "ok" : "bad"}  ${printable(describe(each))}\n`);
        for (const problem of each.problems) showFailure(terminal, problem, each.sources);
      }
      if (count > 0) terminal.note(`${count} ${count === 1 ? "problem" : "problems"}`);
    }
    return count === 0 ? EXIT.done : EXIT.failed;
  },
};

function describe({ path, kind, engine, profile }: Checked): string {
  return kind === "spell" && engine !== undefined ? `${path} (${engine}, profile ${profile})` : `${path} (${kind})`;
}

function plain(checked: Checked): object {
  const { sources: _, problems, ...rest } = checked;
  return { ...rest, problems: problems.map(({ stack: __, ...each }) => ({ ...each, details: toJson(each.details) })) };
}
