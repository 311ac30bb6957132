import { EXIT } from "../contract/error-codes.ts";
import { SpellError } from "../contract/errors.ts";
import { flagOption, textArgument, textOption, type Command } from "./command.ts";
import { suggestEngines } from "./suggestions.ts";

/** `llmspell new NAME` */
export const newSpell: Command = {
  name: "new",
  summary: "Write a new spell that runs at once",
  group: "Write spells:",
  arguments: [{ form: "<name>", doc: "A folder of this name is made; a path is taken as it is" }],
  options: [
    { flags: "--engine <engine>", doc: "The engine, and so the language: lua unless told", complete: suggestEngines },
    { flags: "--typescript", doc: "In TypeScript" },
    { flags: "--force", doc: "Write over files that are there" },
  ],
  examples: ["llmspell new greet", "llmspell new spells/greet --engine javascript", "llmspell new greet --typescript"],
  async run(input) {
    const { terminal } = input;
    const runtime = await import("../runtime/new-spell.ts");
    const path = textArgument(input, 0).replace(/(?<=.)[/\\]+$/, "");
    if (path === "" || /(^|[/\\])\.{0,2}$/.test(path)) throw new SpellError("usage", "new needs a name for the spell");
    const files = await runtime.newSpell({
      path,
      engine: textOption(input, "engine"),
      types: flagOption(input, "typescript"),
      force: flagOption(input, "force"),
    });
    for (const file of files) terminal.out(`${file}\n`);
    const reference = /^spells[/\\][\w-]+$/.test(path) ? path.slice("spells/".length) : path;
    terminal.note(`Run it:     llmspell run ${reference} -p topic=owls`);
    terminal.note(`Look at it: llmspell run ${reference} --help`);
    terminal.note(`Check it:   llmspell check ${reference}`);
    terminal.note(`Test it:    llmspell test ${reference}`);
    return EXIT.done;
  },
};
