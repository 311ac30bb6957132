import { bridgeFunction } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import { number, shape, record, v } from "../../contract/schema.ts";
import { fromFloat, type Value } from "../../contract/value.ts";
import { refuseModel, refuseProvider } from "./grant.ts";

const moderations = () =>
  shape({
    model: v.string(),
    provider: v.string(),
    results: v.pipe(
      v.array(
        shape({
          flagged: v.pipe(v.boolean(), v.description("Whether the provider objects to the text")),
          categories: v.pipe(v.array(v.string()), v.description("Why, in the provider's own words")),
          scores: v.pipe(record(number()), v.description("From 0 to 1, by category")),
        }),
      ),
      v.description("One a text, in the order of the texts"),
    ),
  });

/** `llm.moderate` */
export const moderate = bridgeFunction({
  doc: "Asks a provider whether texts are harmful. OpenAI, Mistral and the mock can; what it costs, if anything, is not in the budget.",
  parameters: () => ({
    texts: v.pipe(
      v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(1024))]),
      v.description("The text, or a list of texts"),
    ),
    options: v.optional(
      v.pipe(
        shape({
          model: v.optional(
            v.pipe(
              v.string(),
              v.minLength(1),
              v.description("`provider/model`, or a provider for its usual one; otherwise the run's provider"),
            ),
          ),
        }),
        v.description("Who is asked"),
      ),
    ),
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
