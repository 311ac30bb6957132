import { type Bridge, bridgeFunction, bridgeMethod, type LearnedGrant } from "../contract/bridge.ts";
import { callback, handle, integer, shape, once, v } from "../contract/schema.ts";
import type { Value } from "../contract/value.ts";
import { AnswerStream } from "./llm/answer-stream.ts";
import { batch, batchCancel, batchResults, batchState } from "./llm/batch.ts";
import { buildRequest } from "./llm/build-request.ts";
import { embed } from "./llm/embed.ts";
import { asConversation, generate } from "./llm/generate.ts";
import { allowsModel, allowsProvider, type Grant, grantSchema, refuseModel, refuseProvider } from "./llm/grant.ts";
import { loadMessages } from "./llm/load-messages.ts";
import { type GivenMessage, messages } from "./llm/message-schemas.ts";
import { moderate } from "./llm/moderate.ts";
import { OBJECT_FUNCTIONS, OBJECT_HANDLES } from "./llm/object/functions.ts";
import { PieceReader, tell } from "./llm/pieces.ts";
import { generateOptions, generation, modelRow, providerRow, streamOptions, streamStep } from "./llm/schemas.ts";
import { payFor } from "./llm/spend.ts";
import { withNearestModel } from "./llm/unknown-model.ts";
import { attachmentTokens, textsOf } from "./llm/texts-of.ts";

/** Not made for a question without any. */
const options = once(() => v.optional(v.pipe(v.lazy(generateOptions), v.description("How the model shall answer"))));

const modelOption = once(() =>
  v.optional(
    shape({
      model: v.optional(v.pipe(v.string(), v.minLength(1), v.description("`provider/model`; otherwise the run's"))),
    }),
  ),
);

const complete = bridgeFunction({
  doc: "Asks a model and waits for its answer. The answer prints as its text.",
  parameters: () => ({ prompt: v.pipe(v.string(), v.description("What the model is asked")), options: options() }),
  returns: generation,
  text: "text",
  repeat: "safe",
  counts: "llmCalls",
  refuse: (args, call) => refuseModel(args.options, call),
  run: (args, call) => generate(args.prompt, args.options, call),
});

const chat = bridgeFunction({
  doc: "Continues a conversation and waits for the model's answer. Tool calls are parts of assistant messages, their results parts of tool messages.",
  parameters: () => ({
    messages: v.pipe(messages(), v.description("What was said so far, as a list of {role, content}")),
    options: options(),
  }),
  returns: generation,
  text: "text",
  repeat: "safe",
  counts: "llmCalls",
  refuse: (args, call) => refuseModel(args.options, call),
  run: (args, call) => generate(args.messages, args.options, call),
});

const stream = bridgeFunction({
  doc: "Asks a model and gives its answer in pieces, as they arrive. Walk through it in a loop. Where a loop is left early, `close` ends the request; JavaScript's loop does it by itself, and Lua 5.4's where the call stands in its head.",
  parameters: () => ({
    prompt: v.pipe(
      v.union([v.string(), messages()]),
      v.description("What the model is asked, or a conversation as in chat"),
    ),
    options: v.optional(v.pipe(streamOptions(), v.description("How the model shall answer"))),
  }),
  returns: () => handle("stream"),
  opens: "stream",
  repeat: "safe",
  counts: "llmCalls",
  refuse: (args, call) => refuseModel(args.options, call),
  run: async (args, call) => {
    const { events = false, ...options } = args.options ?? {};
    const resolved = call.effects.models.resolve(options.model);
    const conversation = await loadMessages(asConversation(args.prompt as string | readonly GivenMessage[]), call);
    const request = buildRequest(resolved.model, conversation, options, call);
    const paid = await payFor(request, resolved, call);
    const answer = new AnswerStream(resolved.provider, paid, (error) => withNearestModel(error, resolved.name, call));
    return call.open("stream", new PieceReader(answer, events), () => answer.close());
  },
});

const models = bridgeFunction({
  doc: "Lists the models that a provider offers. Without a provider: those of all that can be used. Only granted models are listed.",
  parameters: () => ({
    provider: v.optional(v.pipe(v.string(), v.minLength(1), v.description("A provider's id, such as `anthropic`"))),
  }),
  returns: () => v.array(modelRow()),
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
  returns: () => v.array(providerRow()),
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
  doc: "Counts the tokens of a text or a conversation without asking a model. `exact` says whether the model's own tokenizer is known; otherwise it is an estimate. What a conversation has besides its texts is estimated too.",
  parameters: () => ({
    text: v.pipe(v.union([v.string(), messages()]), v.description("What is counted: a text, or messages as in chat")),
    options: v.pipe(modelOption(), v.description("For which model")),
  }),
  returns: () => shape({ tokens: integer(), exact: v.boolean() }),
  text: "tokens",
  repeat: "safe",
  run: async (args, call): Promise<Value> => {
    const { model } = args.options ?? {};
    const count = (text: string) => call.effects.models.countTokens(text, model);
    if (typeof args.text === "string") {
      const { tokens, exact } = await count(args.text);
      return { tokens, exact };
    }
    const conversation = await loadMessages(args.text as readonly GivenMessage[], call);
    const request = { model: "", messages: conversation };
    const { tokens, exact } = await count(textsOf(request).join("\n"));
    const more = attachmentTokens(request);
    return { tokens: tokens + more + conversation.length * MESSAGE_TOKENS, exact: exact && more === 0 };
  },
});

/** What a message has besides its text, in most protocols. */
const MESSAGE_TOKENS = 4;

const next = bridgeMethod({
  doc: "Waits for the next piece. Pieces are {type: text or thinking, text} and {type: tool-call, id, name, arguments}; with the option `events` also {type: usage, usage, cost} and {type: finish, finishReason, model}.",
  parameters: () => ({}),
  returns: streamStep,
  text: "text",
  repeat: "safe",
  uncounted: true,
  run: (reader: PieceReader, _args, call) => reader.step(call),
});

const close = bridgeMethod({
  doc: "Ends the stream and its request. Closing twice does nothing.",
  parameters: () => ({}),
  returns: () => v.null(),
  repeat: "safe",
  uncounted: true,
  run: (_reader: PieceReader, _args, call) => {
    call.close(call.handle);
    return null;
  },
});

const result = bridgeMethod({
  doc: "Waits for the rest and gives the whole answer, as complete does.",
  parameters: () => ({
    options: v.optional(
      v.pipe(
        shape({
          onText: v.optional(v.pipe(callback(), v.description("Called with each piece of text that is still to come"))),
          onEvent: v.optional(v.pipe(callback(), v.description("Called with each piece that is still to come"))),
        }),
        v.description("Functions that are told of the rest"),
      ),
    ),
  }),
  returns: generation,
  text: "text",
  repeat: "safe",
  uncounted: true,
  run: async ({ stream }: PieceReader, { options = {} }, call) => {
    await tell(stream, options, call);
    return stream.result(call);
  },
});

/** The bridge to language models. */
export const llm = {
  name: "llm",
  doc: "Asks language models. A model is named `provider/model`; without a name the run's own model answers.",
  capability: "model",
  flow: { reads: ["untrusted"] },
  learn(name, args, effects): LearnedGrant {
    if (name === "providers") return { models: [] };
    if (name === "models") return { models: typeof args["provider"] === "string" ? [`${args["provider"]}/*`] : [] };
    const model = (args["options"] as { model?: string } | undefined)?.model;
    const asksModel = "prompt" in args || "messages" in args || "texts" in args || "questions" in args;
    return asksModel ? { models: [effects.models.resolve(model).name] } : {};
  },
  grant: grantSchema,
  functions: {
    ...{ complete, chat, stream, models, providers, countTokens, embed, moderate },
    ...{ batch, batchState, batchResults, batchCancel },
    ...OBJECT_FUNCTIONS,
  },
  handles: {
    stream: {
      doc: "An answer that arrives in pieces.",
      methods: { next, close, result },
      next: "next",
      close: "close",
    },
    ...OBJECT_HANDLES,
  },
} satisfies Bridge;
