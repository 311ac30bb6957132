import { EXIT } from "../contract/error-codes.ts";
import type { Command } from "./command.ts";
import { printable } from "./printable.ts";

/** `llmspell complete -- WORDS`: what the scripts of `llmspell completion` ask while a person types. */
export const complete: Command = {
  name: "complete",
  summary: "Print what may stand at the end of a command line",
  hidden: true,
  arguments: [{ form: "[words...]", doc: "The words so far; the last one is being typed" }],
  async run(input) {
    const { suggest } = await import("./suggest.ts");
    const words = input.arguments[0] ?? [];
    const { values, files, open } = await suggest(typeof words === "string" ? [words] : words);
    // What would steer the terminal cannot be typed either.
    const typable = values.filter(([value]) => printable(value) === value);
    const lines = typable.map(([value, about]) =>
      about === "" ? value : `${value}\t${printable(about.replace(/\s+/g, " "))}`,
    );
    // As cobra's scripts have it: 4 is "no files", 2 is "no space after it".
    const directive = (files ? 0 : 4) + (open ? 2 : 0);
    input.terminal.out([...lines, `:${directive}`].map((line) => `${line}\n`).join(""));
    return EXIT.done;
  },
};
