import { SpellError } from "../contract/errors.ts";
import { castFromCommandLine } from "./cast.ts";
import { CAST_OPTIONS } from "./cast-options.ts";
import { textOption, type Command } from "./command.ts";

/** `llmspell exec -e CODE` */
export const exec: Command = {
  name: "exec",
  summary: "Run code given on the command line",
  group: "Run spells:",
  options: [{ flags: "-e, --eval <code>", doc: "The code" }, ...CAST_OPTIONS],
  examples: [
    `llmspell exec -e 'print(llm.complete("Name a bird"))'`,
    `llmspell exec --engine javascript -e 'console.log(1 + 1)'`,
  ],
  async run(input) {
    const code = textOption(input, "eval");
    if (code === undefined) throw new SpellError("usage", "exec needs -e CODE");
    const engine = textOption(input, "engine") ?? "lua";
    return castFromCommandLine(input, async () => {
      const { inlineSpell } = await import("../runtime/index.ts");
      return inlineSpell(code, engine, "exec");
    });
  },
};
