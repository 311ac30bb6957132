import { bridgeFunction, type CallContext } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { Batches, BatchState, GenerateRequest } from "../../contract/provider.ts";
import { integer, shape, once, oneOf, v } from "../../contract/schema.ts";
import type { Value } from "../../contract/value.ts";
import { answerValue } from "./answer-value.ts";
import { buildRequest } from "./build-request.ts";
import { asConversation } from "./generate.ts";
import { refuseModel, refuseProvider } from "./grant.ts";
import { loadMessages } from "./load-messages.ts";
import { messages } from "./message-schemas.ts";
import { batchOptions, generation } from "./schemas.ts";
import { payForBatch } from "./spend.ts";

const state = once(() =>
  shape({
    id: v.pipe(
      v.string(),
      v.description("`provider/batch`, for batchState, batchResults and batchCancel; good in later runs too"),
    ),
    status: oneOf(["running", "cancelling", "done", "failed"]),
    total: integer(),
    succeeded: integer(),
    failed: integer(),
  }),
);

/** `llm.batch` */
export const batch = bridgeFunction({
  doc: "Hands many questions over to be answered within a day, for about half of the price. Anthropic, OpenAI and the mock have batches. An answer has at most `maxTokens`, 4096 unless told, and as many are counted at once, at the full price.",
  parameters: () => ({
    questions: v.pipe(
      v.array(v.union([v.string(), messages()])),
      v.minLength(1),
      v.maxLength(10_000),
      v.description("Prompts, or conversations as in chat"),
    ),
    options: v.optional(v.pipe(batchOptions(), v.description("How the model shall answer each"))),
  }),
  returns: state,
  repeat: "unsafe",
  counts: "llmCalls",
  refuse: (args, call) => refuseModel(args.options, call),
  run: async ({ questions, options = {} }, call): Promise<Value> => {
    const resolved = call.effects.models.resolve(options.model);
    const { provider } = resolved;
    const batches = batchesOf(provider.id, call);
    const requests: GenerateRequest[] = [];
    for (const question of questions) {
      const conversation = await loadMessages(asConversation(question), call);
      const { key: _key, ...request } = buildRequest(resolved.model, conversation, options, call);
      requests.push(request);
    }
    const paid = await payForBatch(requests, resolved, call);
    try {
      const submitted = await batches.submit(paid.requests, call.signal);
      paid.settle();
      return stateValue(provider.id, submitted);
    } finally {
      paid.cancel();
    }
  },
});

const idParameter = () => ({
  id: v.pipe(v.string(), v.regex(/^[^/]+\/.+$/), v.description("What batch gave as id")),
});

/** `llm.batchState` */
export const batchState = bridgeFunction({
  doc: "How far a batch is.",
  parameters: idParameter,
  returns: state,
  repeat: "safe",
  refuse: ({ id }, call) => refuseProvider(split(id)[0], call),
  run: async ({ id }, call): Promise<Value> => {
    const [provider, batchId] = split(id);
    return stateValue(provider, await batchesOf(provider, call).state(batchId, call.signal));
  },
});

/** `llm.batchCancel` */
export const batchCancel = bridgeFunction({
  doc: "Stops a batch. What was answered by then stays.",
  parameters: idParameter,
  returns: state,
  repeat: "safe",
  refuse: ({ id }, call) => refuseProvider(split(id)[0], call),
  run: async ({ id }, call): Promise<Value> => {
    const [provider, batchId] = split(id);
    return stateValue(provider, await batchesOf(provider, call).cancel(batchId, call.signal));
  },
});

/** `llm.batchResults` */
export const batchResults = bridgeFunction({
  doc: "The answers of a batch that is done, in the order of the questions: each has `answer`, or `error` with what went wrong. Their cost was counted when the batch was handed over.",
  parameters: idParameter,
  returns: () =>
    v.array(
      shape({
        answer: v.optional(generation()),
        error: v.optional(v.pipe(v.string(), v.description("Why there is no answer"))),
      }),
    ),
  repeat: "safe",
  refuse: ({ id }, call) => refuseProvider(split(id)[0], call),
  run: async ({ id }, call): Promise<Value> => {
    const [provider, batchId] = split(id);
    const results = await batchesOf(provider, call).results(batchId, call.signal);
    return results.map((result) =>
      "error" in result ? { error: result.error } : { answer: answerValue(result.generation, provider, COUNTED) },
    );
  },
});

const COUNTED = { usd: 0, known: true, asOf: undefined };

function split(id: string): readonly [provider: string, batch: string] {
  const slash = id.indexOf("/");
  return [id.slice(0, slash), id.slice(slash + 1)];
}

function batchesOf(id: string, call: CallContext): Batches {
  const { provider } = call.effects.models.resolve(id);
  if (provider.batches !== undefined) return provider.batches;
  throw new SpellError("provider.unsupported", `${id} has no batches`, {
    fix: "Ask one question after the other, or several at once; Anthropic and OpenAI have batches",
  });
}

function stateValue(provider: string, { id, status, total, succeeded, failed }: BatchState): Value {
  return { id: `${provider}/${id}`, status, total, succeeded, failed };
}
