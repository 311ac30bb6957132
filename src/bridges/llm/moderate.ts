import { bridgeFunction } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import { number, z } from "../../contract/schema.ts";
import { fromFloat, type Value } from "../../contract/value.ts";
import { refuseModel, refuseProvider } from "./grant.ts";

const moderations = () =>
  z.strictObject({
    model: z.string(),
    provider: z.string(),
    results: z
      .array(
        z.strictObject({
          flagged: z.boolean().describe("Whether the provider objects to the text"),
          categories: z.array(z.string()).describe("Why, in the provider's own words"),
          scores: z.record(z.string(), number()).describe("From 0 to 1, by category"),
        }),
      )
      .describe("One a text, in the order of the texts"),
  });

/** `llm.moderate` */
export const moderate = bridgeFunction({
  doc: "Asks a provider whether texts are harmful. OpenAI, Mistral and the mock can; what it costs, if anything, is not in the budget.",
  parameters: () => ({
    texts: z.union([z.string(), z.array(z.string()).min(1).max(1024)]).describe("The text, or a list of texts"),
    options: z
      .strictObject({
        model: z
          .string()
          .min(1)
          .optional()
          .describe("`provider/model`, or a provider for its usual one; otherwise the run's provider"),
      })
      .optional()
      .describe("Who is asked"),
  }),
  returns: moderations,
  repeat: "safe",
  counts: "llmCalls",
  refuse: ({ options }, call) =>
    options?.model?.includes("/") ? refuseModel(options, call) : refuseProvider(providerOf(options?.model, call), call),
  run: async ({ texts, options = {} }, call): Promise<Value> => {
    const { provider, model, name } = call.effects.models.resolve(options.model);
    if (provider.moderate === undefined) {
      throw new SpellError("provider.unsupported", `"${name}" judges no texts: ${provider.id} has no moderation`);
    }
    const list = typeof texts === "string" ? [texts] : texts;
    const named = options.model?.includes("/") ? { model } : {};
    const answer = await provider.moderate({ ...named, texts: list }, call.signal);
    return {
      model: answer.model,
      provider: provider.id,
      results: answer.results.map(({ flagged, categories, scores }) => ({
        flagged,
        categories,
        scores: Object.fromEntries(Object.entries(scores).map(([key, score]) => [key, fromFloat(score)])),
      })),
    };
  },
});

function providerOf(model: string | undefined, { effects }: Parameters<typeof refuseModel>[1]): string {
  return effects.models.resolve(model).provider.id;
}
