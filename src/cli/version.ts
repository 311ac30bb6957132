import { EXIT } from "../contract/error-codes.ts";
import { flagOption, type Command } from "./command.ts";
import { COMMIT, VERSION } from "./build-info.ts";

/** `llmspell version` */
export const version: Command = {
  name: "version",
  summary: "Print the version",
  group: "This machine:",
  options: [{ flags: "--json", doc: "Print one JSON object" }],
  async run(input) {
    const plain = `llmspell ${VERSION} (${COMMIT})`;
    const facts = {
      version: VERSION,
      commit: COMMIT,
      bun: Bun.version,
      platform: `${process.platform}-${process.arch}`,
    };
    input.terminal.out(`${flagOption(input, "json") ? JSON.stringify(facts) : plain}\n`);
    return EXIT.done;
  },
};
