import { ERROR_CODES, EXIT, isErrorCode } from "../contract/error-codes.ts";
import { flagOption, textArgument, type Command } from "./command.ts";
import { formatTable, wrapText } from "./table.ts";
import { unknownName } from "./unknown-name.ts";

const CODES = Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[];

/** `llmspell explain [CODE]` */
export const explain: Command = {
  name: "explain",
  summary: "Explain an error code, or list them",
  group: "Look things up:",
  arguments: [
    {
      form: "[code]",
      doc: "A code as errors show it, such as limit.fuel",
      complete: () => CODES.map((code): [string, string] => [code, ERROR_CODES[code].means]),
    },
  ],
  options: [{ flags: "--json", doc: "Print JSON" }],
  examples: ["llmspell explain provider.key", "llmspell explain"],
  run(input) {
    const { terminal } = input;
    const code = textArgument(input, 0);
    const isJson = flagOption(input, "json");
    if (code === "") {
      if (isJson) terminal.out(`${JSON.stringify(CODES.map((each) => ({ code: each, ...ERROR_CODES[each] })))}\n`);
      else terminal.out(formatTable(CODES.map((each) => [each, ERROR_CODES[each].means])));
      return Promise.resolve(EXIT.done);
    }
    if (!isErrorCode(code)) throw unknownName("error code", code, CODES, "usage", "llmspell explain lists them");
    const { means, fix, exit } = ERROR_CODES[code];
    if (isJson) terminal.out(`${JSON.stringify({ code, means, fix, exit })}\n`);
    else {
      const { columns } = terminal;
      terminal.out(
        `${code}\n\n${wrapText(means, columns)}\nWhat to do: ${wrapText(fix, columns)}Exit status: ${exit}\n`,
      );
    }
    return Promise.resolve(EXIT.done);
  },
};
