import { castFromCommandLine } from "./cast.ts";
import { CAST_OPTIONS } from "./cast-options.ts";
import { EXIT } from "../contract/error-codes.ts";
import { SpellError } from "../contract/errors.ts";
import { flagOption, textArgument, textOption, type Command } from "./command.ts";
import { suggestSpells } from "./suggestions.ts";

/** Enough for any source that a profile allows; the profile's own limit is checked when it is known. */
const MAX_SOURCE = 64 * 1024 * 1024;

/** `llmspell run SPELL` */
export const run: Command = {
  name: "run",
  summary: "Run a spell by name or path",
  group: "Run spells:",
  arguments: [
    {
      form: "[spell]",
      doc: "A file, a folder, the name of a spell, or - for standard input",
      complete: suggestSpells,
    },
  ],
  options: [...CAST_OPTIONS, { flags: "-h, --help", doc: "Show help; after a spell, its parameters as well" }],
  examples: ["llmspell run hello", "llmspell run ./greet.lua -p name=Ada", "cat notes.txt | llmspell run summarize"],
  ownHelp: true,
  excess: "run takes one spell; its parameters are given as -p key=value",
  async run(input) {
    const reference = textArgument(input, 0);
    if (reference === "") {
      if (!flagOption(input, "help")) {
        throw new SpellError("usage", "run needs a spell", { fix: "llmspell list shows them; or give a path" });
      }
      input.showHelp();
      return EXIT.done;
    }
    const find = async () => {
      const { findSpell } = await import("../runtime/index.ts");
      return findSpell(reference, { engine: textOption(input, "engine"), maxBytes: MAX_SOURCE });
    };
    if (!flagOption(input, "help")) return castFromCommandLine(input, find);
    const { showSpellHelp } = await import("./spell-help.ts");
    showSpellHelp(input.terminal, await find());
    return EXIT.done;
  },
};
