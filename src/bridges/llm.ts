import { type Bridge, bridgeFunction, bridgeMethod, type CallContext, type LearnedGrant } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import type { Message } from "../contract/provider.ts";
import { handle, integer, once, z } from "../contract/schema.ts";
import { fromFloat, type Value } from "../contract/value.ts";
import { AnswerStream } from "./llm/answer-stream.ts";
import { answerValue } from "./llm/answer-value.ts";
import { buildRequest } from "./llm/build-request.ts";
import { allowsModel, allowsProvider, type Grant, grantSchema, refuseModel, refuseProvider } from "./llm/grant.ts";
import {
  embeddings,
  type GenerateOptions,
  generateOptions,
  generation,
  messages,
  modelRow,
  providerRow,
  streamStep,
} from "./llm/schemas.ts";
import { payFor } from "./llm/spend.ts";

const options = once(() => generateOptions().optional().describe("How the model shall answer"));

const modelOption = once(() =>
  z.strictObject({ model: z.string().min(1).optional().describe("`provider/model`; otherwise the run's") }).optional(),
);

/** Asks, waits for the whole answer and charges its tokens. */
async function generate(conversation: readonly Message[], options: GenerateOptions = {}, call: CallContext) {
  const resolved = call.effects.models.resolve(options.model);
  const { provider, model } = resolved;
  const paid = await payFor(buildRequest(model, conversation, options, call), resolved, call);
  try {
    const answer = await provider.generate(paid.request, call.signal);
    paid.settle(answer.usage, answer.text.length + answer.thinking.length);
    return answerValue(answer, provider.id);
  } finally {
    paid.cancel();
  }
}

function asConversation(prompt: string | readonly Message[]): readonly Message[] {
  return typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
}

const complete = bridgeFunction({
  doc: "Asks a model and waits for its answer. The answer prints as its text.",
  parameters: () => ({ prompt: z.string().describe("What the model is asked"), options: options() }),
  returns: generation,
  text: "text",
  repeat: "safe",
  counts: "llmCalls",
  refuse: (args, call) => refuseModel(args.options, call),
  run: (args, call) => generate(asConversation(args.prompt), args.options, call),
});

const chat = bridgeFunction({
  doc: "Continues a conversation and waits for the model's answer. Tool calls are parts of assistant messages, their results parts of tool messages.",
  parameters: () => ({
    messages: messages().describe("What was said so far, as a list of {role, content}"),
    options: options(),
  }),
  returns: generation,
  text: "text",
  repeat: "safe",
  counts: "llmCalls",
  refuse: (args, call) => refuseModel(args.options, call),
  run: (args, call) => generate(args.messages as readonly Message[], args.options, call),
});

const stream = bridgeFunction({
  doc: "Asks a model and gives its answer in pieces, as they arrive. Walk through it in a loop; leaving the loop early ends the request.",
  parameters: () => ({
    prompt: z.union([z.string(), messages()]).describe("What the model is asked, or a conversation as in chat"),
    options: options(),
  }),
  returns: () => handle("stream"),
  opens: "stream",
  repeat: "safe",
  counts: "llmCalls",
  refuse: (args, call) => refuseModel(args.options, call),
  run: async (args, call) => {
    const resolved = call.effects.models.resolve(args.options?.model);
    const conversation = asConversation(args.prompt as string | readonly Message[]);
    const request = buildRequest(resolved.model, conversation, args.options ?? {}, call);
    const answer = new AnswerStream(resolved.provider, await payFor(request, resolved, call));
    return call.open("stream", answer, () => answer.close());
  },
});

const models = bridgeFunction({
  doc: "Lists the models that a provider offers. Without a provider: those of all that can be used. Only granted models are listed.",
  parameters: () => ({ provider: z.string().min(1).optional().describe("A provider's id, such as `anthropic`") }),
  returns: () => z.array(modelRow()),
  repeat: "safe",
  refuse: (args, call) => refuseProvider(args.provider, call),
  run: async (args, call) => {
    const listed = await call.effects.models.list(args.provider, call.signal);
    return listed
      .filter(({ name }) => allowsModel(call.grant as Grant, name))
      .map(({ name, provider, model, contextLength, created }) => ({
        name,
        provider,
        model,
        ...(contextLength !== undefined && { contextLength }),
        ...(created !== undefined && { created }),
      }));
  },
});

const providers = bridgeFunction({
  doc: "Lists the granted providers, whether each can be used, and why not.",
  parameters: () => ({}),
  returns: () => z.array(providerRow()),
  repeat: "safe",
  run: (_args, call) =>
    call.effects.models
      .providers()
      .filter(({ id }) => allowsProvider(call.grant as Grant, id))
      .map(({ id, title, usable, reason, defaultModel }) => ({
        id,
        title,
        usable,
        defaultModel,
        ...(reason !== undefined && { reason }),
      })),
});

const countTokens = bridgeFunction({
  doc: "Counts the tokens of a text without asking a model. `exact` says whether the model's own tokenizer is known; otherwise it is an estimate.",
  parameters: () => ({
    text: z.string().describe("What is counted"),
    options: modelOption().describe("For which model"),
  }),
  returns: () => z.strictObject({ tokens: integer(), exact: z.boolean() }),
  text: "tokens",
  repeat: "safe",
  run: async (args, call): Promise<Value> => {
    const { tokens, exact } = await call.effects.models.countTokens(args.text, args.options?.model);
    return { tokens, exact };
  },
});

const embed = bridgeFunction({
  doc: "Turns texts into vectors, near to each other where the texts are alike. Name an embedding model: few chat models can do it.",
  parameters: () => ({
    texts: z.array(z.string()).min(1).max(2048).describe("The texts"),
    options: modelOption().describe("Which model makes the vectors"),
  }),
  returns: embeddings,
  repeat: "safe",
  counts: "llmCalls",
  refuse: (args, call) => refuseModel(args.options, call),
  run: async (args, call): Promise<Value> => {
    const resolved = call.effects.models.resolve(args.options?.model);
    const { provider, model, name } = resolved;
    if (provider.embed === undefined) {
      throw new SpellError("provider.unsupported", `"${name}" cannot make vectors: ${provider.id} has no embeddings`);
    }
    const messages = args.texts.map((content) => ({ role: "user", content }) as const);
    const paid = await payFor({ model, messages, maxTokens: 0 }, resolved, call);
    try {
      const answer = await provider.embed({ model, texts: args.texts }, call.signal);
      paid.settle(answer.usage, 0);
      return {
        vectors: answer.vectors.map((vector) => vector.map(fromFloat)),
        model: answer.model,
        provider: provider.id,
        usage: { inputTokens: answer.usage.inputTokens, outputTokens: answer.usage.outputTokens },
      };
    } finally {
      paid.cancel();
    }
  },
});

const next = bridgeMethod({
  doc: "Waits for the next piece. Pieces are {type: text or thinking, text} and {type: tool-call, id, name, arguments}.",
  parameters: () => ({}),
  returns: streamStep,
  text: "text",
  repeat: "unsafe",
  uncounted: true,
  run: async (answer: AnswerStream, _args, call): Promise<Value> => {
    const event = await answer.next(call);
    if (event === undefined) return { done: true };
    if (event.type !== "tool-call") return { done: false, value: { type: event.type, text: event.text } };
    const { id, name, arguments: given } = event.call;
    return { done: false, value: { type: event.type, id, name, arguments: given } };
  },
});

const close = bridgeMethod({
  doc: "Ends the stream and its request. Closing twice does nothing.",
  parameters: () => ({}),
  returns: () => z.null(),
  repeat: "safe",
  uncounted: true,
  run: (_answer: AnswerStream, _args, call) => {
    call.close(call.handle);
    return null;
  },
});

const result = bridgeMethod({
  doc: "Waits for the rest and gives the whole answer, as complete does.",
  parameters: () => ({}),
  returns: generation,
  text: "text",
  repeat: "unsafe",
  uncounted: true,
  run: (answer: AnswerStream, _args, call) => answer.result(call),
});

/** The bridge to language models. */
export const llm = {
  name: "llm",
  doc: "Asks language models. A model is named `provider/model`; without a name the run's own model answers.",
  capability: "model",
  flow: { reads: ["untrusted"] },
  learn(_name, args, effects): LearnedGrant {
    const model = (args["options"] as { model?: string } | undefined)?.model;
    const asksModel = "prompt" in args || "messages" in args || "texts" in args;
    return asksModel ? { models: [effects.models.resolve(model).name] } : {};
  },
  grant: grantSchema,
  functions: { complete, chat, stream, models, providers, countTokens, embed },
  handles: {
    stream: {
      doc: "An answer that arrives in pieces.",
      methods: { next, close, result },
      next: "next",
      close: "close",
    },
  },
} satisfies Bridge;
