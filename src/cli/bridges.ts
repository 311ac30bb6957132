import { EXIT } from "../contract/error-codes.ts";
import type { Terminal } from "./terminal.ts";
import { flagOption, textArgument, textOption, type Command } from "./command.ts";
import { suggestBridges, suggestLanguages } from "./suggestions.ts";
import { formatTable } from "./table.ts";
import { unknownName } from "./unknown-name.ts";

/** `llmspell bridges [NAME]` */
export const bridges: Command = {
  name: "bridges",
  summary: "List the script modules, or show the documentation of one",
  group: "Look things up:",
  arguments: [
    { form: "[name]", doc: "The module, or one of its functions: llm, llm.complete", complete: suggestBridges },
  ],
  options: [
    {
      flags: "-l, --language <language>",
      doc: "Show it as this language writes it: lua unless told",
      complete: suggestLanguages,
    },
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: ["llmspell bridges", "llmspell bridges llm --language javascript", "llmspell bridges llm.complete"],
  async run(input) {
    const { terminal } = input;
    const [{ bridgeOf, BRIDGES, ENGINES }, { describeBridge, firstSentence }, { notationOf }] = await Promise.all([
      import("../runtime/catalog.ts"),
      import("../runtime/describe-bridge.ts"),
      import("../runtime/notation.ts"),
    ]);
    const wanted = textOption(input, "language") ?? ENGINES[0]?.language ?? "";
    const engine = ENGINES.find(({ language }) => language === wanted);
    if (engine === undefined)
      throw unknownName("language", wanted, [...new Set(ENGINES.map(({ language }) => language))]);
    const notation = notationOf(engine);
    const isJson = flagOption(input, "json");
    const [name = "", member] = textArgument(input, 0).split(".");
    if (name === "") {
      if (isJson)
        printJson(
          terminal,
          [...BRIDGES.values()].map((bridge) => describeBridge(bridge, notation)),
        );
      else {
        const rows = [...BRIDGES.values()].map(({ name: each, capability, doc }) => [
          each,
          capability,
          firstSentence(doc),
        ]);
        terminal.out(formatTable([["NAME", "CAPABILITY", "WHAT IT IS FOR"], ...rows]));
      }
      return EXIT.done;
    }
    const doc = describeBridge(bridgeOf(name), notation);
    const { renderBridge, renderFunction } = await import("./render-bridge.ts");
    if (member === undefined) {
      if (isJson) printJson(terminal, doc);
      else terminal.out(renderBridge(doc, terminal.columns));
      return EXIT.done;
    }
    const found = doc.functions.find((each) => each.name === member);
    if (found === undefined) {
      throw unknownName(
        `function in ${name}`,
        member,
        doc.functions.map((each) => each.name),
      );
    }
    if (isJson) printJson(terminal, found);
    else terminal.out(renderFunction(found, terminal.columns));
    return EXIT.done;
  },
};

function printJson({ out }: Terminal, value: unknown): void {
  out(`${JSON.stringify(value)}\n`);
}
