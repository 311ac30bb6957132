import type { ModelInfo } from "../contract/provider.ts";
import { EXIT } from "../contract/error-codes.ts";
import { flagOption, textArgument, textOption, type Command } from "./command.ts";
import { suggestProviders } from "./suggestions.ts";
import { formatTable } from "./table.ts";

/** How long the providers may take to list their models, in ms. */
const PATIENCE = 15_000;

/** `llmspell models [PROVIDER]` */
export const models: Command = {
  name: "models",
  summary: "List the providers, and the models of those that can be used",
  group: "Look things up:",
  arguments: [{ form: "[provider]", doc: "Only the models of this one", complete: suggestProviders }],
  options: [
    { flags: "--env-file <file>", doc: "Take keys from a file of NAME=value lines" },
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: ["llmspell models", "llmspell models ollama"],
  async run(input) {
    const { terminal } = input;
    const { listModels } = await import("../runtime/list-models.ts");
    const provider = textArgument(input, 0) || undefined;
    const signal = AbortSignal.timeout(PATIENCE);
    const overview = await listModels(provider, textOption(input, "envFile"), signal);
    if (flagOption(input, "json")) {
      const { models: offered, ...rest } = overview;
      terminal.out(`${JSON.stringify(provider === undefined ? { ...rest, models: offered } : { models: offered })}\n`);
      return EXIT.done;
    }
    if (provider === undefined) {
      const rows = overview.providers.map(({ id, usable, reason, defaultModel }) => [
        id,
        usable ? "yes" : "no",
        defaultModel,
        reason ?? "",
      ]);
      terminal.out(formatTable([["PROVIDER", "USABLE", "DEFAULT MODEL", ""], ...rows]));
      terminal.out(`\nWithout --model: ${overview.defaultModel}\n`);
      if (overview.models.length > 0) terminal.out("\n");
    }
    terminal.out(formatTable(overview.models.map(modelRow)));
    return EXIT.done;
  },
};

function modelRow({ name, contextLength, created }: ModelInfo): string[] {
  return [name, contextLength === undefined ? "" : `${contextLength} tokens`, created?.slice(0, 10) ?? ""];
}
