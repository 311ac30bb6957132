import { EXIT } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import { parseCount } from "../../contract/quantity.ts";
import type { ModelAbility, Recommendation } from "../../runtime/model-reports.ts";
import { flagOption, textArgument, textOption, type Command, type CommandInput } from "../command.ts";
import { JOURNAL_OPTION, journalOf } from "../journal-option.ts";
import { parseInstant, whenGiven } from "../runs/parse-filter.ts";
import { formatTable } from "../table.ts";

const ABILITIES: readonly ModelAbility[] = [
  "tools",
  "vision",
  "audio",
  "video",
  "files",
  "thinking",
  "temperature",
  "openWeights",
];

/** `llmspell models recommend TASK` */
export const recommend: Command = {
  name: "recommend",
  summary: "Recommend a model for a task, by price and by what your runs saw",
  arguments: [
    {
      form: "<task>",
      doc: "chat, classify, extract, summarize, translate, code, reason, agent, vision, documents",
      complete: suggestTasks,
    },
  ],
  options: [
    { flags: "--max-usd <dollars>", doc: "What one call may cost" },
    { flags: "--min-context <tokens>", doc: "Tokens that it must take, such as 200k" },
    { flags: "--needs <abilities>", doc: "What it must be able to do: tools,vision" },
    { flags: "--unknown", doc: "Also those of which no source says whether they can" },
    { flags: "--provider <provider>", doc: "Only this one's", repeat: true },
    { flags: "--usable", doc: "Only providers that can be used here" },
    { flags: "--since <time>", doc: "Go by runs since then; 30d unless told" },
    JOURNAL_OPTION,
    { flags: "--env-file <file>", doc: "Take keys from a file of NAME=value lines" },
    { flags: "--json", doc: "Print JSON" },
  ],
  examples: [
    "llmspell models recommend extract --needs tools --max-usd 0.01",
    "llmspell models recommend chat --usable --json",
  ],
  async run(input) {
    const { terminal } = input;
    const { recommendModel, requireTask } = await import("../../runtime/model-reports.ts");
    const task = requireTask(textArgument(input, 0));
    const found = await recommendModel(task, await readWishes(input), {
      journal: await journalOf(input),
      since: parseInstant("--since", textOption(input, "since") ?? "30d", Date.now()),
      usable: flagOption(input, "usable"),
      environmentFile: textOption(input, "envFile"),
    });
    terminal.out(flagOption(input, "json") ? `${JSON.stringify(found)}\n` : show(found));
    return found.best === undefined ? EXIT.failed : EXIT.done;
  },
};

async function suggestTasks() {
  const { TASKS } = await import("../../runtime/model-reports.ts");
  return Object.entries(TASKS).map(([name, { doc }]) => [name, doc] as const);
}

async function readWishes(input: CommandInput) {
  const providers = input.options["provider"] as readonly string[] | undefined;
  if (providers !== undefined) await requireProviders(providers);
  return {
    maxUsd: whenGiven(textOption(input, "maxUsd"), readUsd),
    minContext: whenGiven(textOption(input, "minContext"), readTokens),
    needs: whenGiven(textOption(input, "needs"), readNeeds),
    unknown: flagOption(input, "unknown"),
    providers,
  };
}

async function requireProviders(given: readonly string[]): Promise<void> {
  const [{ PROVIDER_NAMES }, { unknownName }] = await Promise.all([
    import("../../runtime/list-models.ts"),
    import("../unknown-name.ts"),
  ]);
  for (const id of given) {
    if (!PROVIDER_NAMES.includes(id)) throw unknownName("provider", id, PROVIDER_NAMES, "provider.unknown");
  }
}

function readUsd(text: string): number {
  if (/^\$?\d+(?:\.\d+)?$/.test(text)) return Number(text.replace("$", ""));
  throw new SpellError("usage", `--max-usd: ${JSON.stringify(text)} is no amount of dollars, such as 0.01`);
}

function readTokens(text: string): number {
  const parsed = parseCount(/^\d+$/.test(text) ? Number(text) : text);
  if ("value" in parsed) return parsed.value;
  throw new SpellError("usage", `--min-context: ${parsed.reason}`);
}

function readNeeds(text: string): ModelAbility[] {
  return text.split(",").map((word) => {
    const found = ABILITIES.find((ability) => ability === word.trim());
    if (found !== undefined) return found;
    const hint = nearest(word.trim(), ABILITIES);
    const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
    throw new SpellError("usage", `--needs: there is no ability "${word.trim()}"${advice}`, {
      fix: `The abilities are ${ABILITIES.join(", ")}`,
    });
  });
}

function show(found: Recommendation): string {
  const { task, inputTokens, outputTokens, best, runnersUp, front, considered, excluded, notes } = found;
  const head = `For ${task}, taken as ${inputTokens} tokens in and ${outputTokens} out, of ${considered} models:\n\n`;
  const left = excluded.map(({ why, models }) => `${why} ${models}`).join(", ");
  const tail = [...(left === "" ? [] : [`Left out: ${left}`]), ...notes].map((line) => `${line}\n`).join("");
  if (best === undefined) return `${head}None is left.\n\n${tail}`;
  const rows = [best, ...runnersUp].map(({ model, score, reasons, onFront }) => [
    `${onFront ? "*" : " "} ${model}`,
    score.toFixed(2),
    reasons.filter((reason) => !reason.startsWith("no other")).join("; "),
  ]);
  const table = formatTable([["  MODEL", "SCORE", "WHY"], ...rows]);
  return `${head}${table}\n* no other is better in all that is known: ${front.join(", ")}\n\n${tail}`;
}
