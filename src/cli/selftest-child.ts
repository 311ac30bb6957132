import { EXIT } from "../contract/error-codes.ts";
import { textArgument, type Command } from "./command.ts";

/** `llmspell selftest-child KIND`: stands in the place of a spell's process that has gone over to the attacker. */
export const selftestChild: Command = {
  name: "selftest-child",
  summary: "Play a hostile process for llmspell selftest",
  hidden: true,
  arguments: [{ form: "<kind>", doc: "What it does" }],
  options: [{ flags: "--spell-process <engine>", doc: "As a spell's process is started" }],
  async run(input) {
    const { playHostileChild } = await import("../runtime/selftest/index.ts");
    playHostileChild(textArgument(input, 0));
    return EXIT.done;
  },
};
