import { bridgeFunction } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import { integer, shape, v } from "../../contract/schema.ts";
import { fromFloat, type Value } from "../../contract/value.ts";
import { costValue, usageValue } from "./answer-value.ts";
import { refuseModel } from "./grant.ts";
import { embeddings } from "./schemas.ts";
import { payFor } from "./spend.ts";

/** `llm.embed` */
export const embed = bridgeFunction({
  doc: "Turns texts into vectors, near to each other where the texts are alike. Name an embedding model: few chat models can do it.",
  parameters: () => ({
    texts: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(2048), v.description("The texts")),
    options: v.optional(
      v.pipe(
        shape({
          model: v.optional(v.pipe(v.string(), v.minLength(1), v.description("`provider/model`; otherwise the run's"))),
          dimensions: v.optional(
            v.pipe(integer(1, 65_536), v.description("How many numbers a vector has, where the model can choose")),
          ),
        }),
        v.description("Which model makes the vectors, and how"),
      ),
    ),
  }),
  returns: embeddings,
  repeat: "safe",
  counts: "llmCalls",
  refuse: (args, call) => refuseModel(args.options, call),
  run: async ({ texts, options = {} }, call): Promise<Value> => {
    const resolved = call.effects.models.resolve(options.model);
    const { provider, model, name } = resolved;
    if (provider.embed === undefined) {
      throw new SpellError("provider.unsupported", `"${name}" cannot make vectors: ${provider.id} has no embeddings`);
    }
    const messages = texts.map((content) => ({ role: "user", content }) as const);
    const paid = await payFor({ model, messages, maxTokens: 0 }, resolved, call);
    const { dimensions } = options;
    const { attempts } = paid.request;
    call.signal.addEventListener("abort", () => paid.abandon(), { once: true });
    try {
      const request = { model, texts, attempts, ...(dimensions !== undefined && { dimensions }) };
      const answer = await provider.embed(request, call.signal);
      const cost = paid.settle(answer.usage, 0);
      return {
        vectors: answer.vectors.map((vector) => vector.map(fromFloat)),
        model: answer.model,
        provider: provider.id,
        usage: usageValue(answer.usage),
        cost: costValue(cost),
      };
    } finally {
      paid.abandon();
    }
  },
});
