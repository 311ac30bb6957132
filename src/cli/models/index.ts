import type { ModelInfo } from "../../contract/provider.ts";
import { EXIT } from "../../contract/error-codes.ts";
import { flagOption, textArgument, textOption, type Command, type CommandInput } from "../command.ts";
import { printable } from "../printable.ts";
import { suggestProviders } from "../suggestions.ts";
import { formatTable } from "../table.ts";
import { recommend } from "./recommend.ts";
import { report } from "./report.ts";

/** How long the providers may take to list their models, in ms. */
const PATIENCE = 15_000;

/** `llmspell models [PROVIDER]`, `models recommend`, `models report` */
export const models: Command = {
  name: "models",
  summary: "List the providers and their models, search the catalogue, recommend, report",
  group: "Look things up:",
  arguments: [{ form: "[provider]", doc: "Only the models of this one", complete: suggestProviders }],
  options: [
    { flags: "--search <text>", doc: "Search the embedded catalogue, of all providers, without asking them" },
    { flags: "--refresh", doc: "Show the catalogue together with what the providers that can be used list themselves" },
    { flags: "--env-file <file>", doc: "Take keys from a file of NAME=value lines" },
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: [
    "llmspell models",
    "llmspell models ollama",
    "llmspell models --search 'gpt-5 mini'",
    "llmspell models recommend summarize --max-usd 0.01",
    "llmspell models report --since 7d --format html --out report.html",
  ],
  commands: [recommend, report],
  run: (input) =>
    textOption(input, "search") !== undefined || flagOption(input, "refresh")
      ? showCatalogue(input)
      : showOffered(input),
};

async function showOffered(input: CommandInput): Promise<number> {
  const { terminal } = input;
  const { listModels } = await import("../../runtime/list-models.ts");
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
}

function modelRow({ name, contextLength, created }: ModelInfo): string[] {
  return [
    printable(name),
    contextLength === undefined ? "" : `${contextLength} tokens`,
    printable(created?.slice(0, 10) ?? ""),
  ];
}

async function showCatalogue(input: CommandInput): Promise<number> {
  const { terminal } = input;
  const [{ searchCatalogue }, { PROVIDER_NAMES }, { unknownName }] = await Promise.all([
    import("../../runtime/model-reports.ts"),
    import("../../runtime/list-models.ts"),
    import("../unknown-name.ts"),
  ]);
  const provider = textArgument(input, 0) || undefined;
  if (provider !== undefined && !PROVIDER_NAMES.includes(provider)) {
    throw unknownName("provider", provider, PROVIDER_NAMES, "provider.unknown");
  }
  const refresh = flagOption(input, "refresh")
    ? { environmentFile: textOption(input, "envFile"), signal: AbortSignal.timeout(PATIENCE) }
    : undefined;
  const text = textOption(input, "search")?.trim() || undefined;
  const { models: found, sources } = await searchCatalogue({ provider, text, deprecated: true }, refresh);
  if (flagOption(input, "json")) {
    terminal.out(`${JSON.stringify({ sources, models: found })}\n`);
    return EXIT.done;
  }
  const { catalogueTable } = await import("./catalogue-table.ts");
  terminal.out(catalogueTable(found));
  terminal.note(`llmspell: ${found.length} models; ${sources.map(({ id, date }) => `${id} of ${date}`).join(", ")}`);
  return EXIT.done;
}
