import {
  callback,
  duration,
  integer,
  literal,
  map,
  number,
  shape,
  once,
  oneOf,
  type Parsed,
  v,
  value,
} from "../../contract/schema.ts";
import { systemText } from "./message-schemas.ts";

const toolName = once(() => v.pipe(v.string(), v.minLength(1), v.maxLength(64)));

const tool = once(() =>
  shape({
    name: v.pipe(toolName(), v.description("The name by which the model calls it")),
    description: v.optional(v.pipe(v.string(), v.description("What it does, for the model")), ""),
    parameters: v.optional(map("A JSON Schema of an object, or its short form; no parameters unless told")),
  }),
);

/** One schema for all three: making schemas is a part of every start. */
const timeouts = once(() => {
  const wait = v.optional(duration());
  return shape({ firstByte: wait, chunk: wait, total: wait });
});

/** Options of every question to a model. */
export const generateOptions = once(() =>
  v.partial(
    shape({
      model: v.pipe(
        v.string(),
        v.minLength(1),
        v.description("`provider/model`, or a provider for its default model; otherwise the run's"),
      ),
      system: v.pipe(
        systemText(),
        v.description("What the model is told before everything else: a text, or a list of text parts"),
      ),
      maxTokens: v.pipe(integer(1), v.description("The longest answer, in tokens")),
      temperature: v.pipe(number(0, 2), v.description("0 for the likeliest words, up to 2 for surprising ones")),
      topP: v.pipe(number(0, 1), v.description("Chooses among the likeliest words of this total probability")),
      stop: v.pipe(
        v.array(v.pipe(v.string(), v.minLength(1))),
        v.maxLength(16),
        v.description("Texts at which the answer ends; they are not part of it"),
      ),
      seed: v.pipe(integer(), v.description("The same seed makes some providers repeat an answer")),
      tools: v.pipe(v.array(tool()), v.maxLength(128), v.description("What the model may ask for")),
      toolChoice: v.pipe(
        v.union([oneOf(["auto", "none", "required"]), shape({ name: toolName() })]),
        v.description('"auto", "none", "required", or {name = …} for one tool'),
      ),
      schema: map(
        "A JSON Schema or its short form; the answer's text is then JSON of this form, which nobody checks: see llm.object",
      ),
      thinkingTokens: v.pipe(integer(), v.description("How many tokens the model may think with before it answers")),
      provider: map("Fields of the provider's own, by its own names; docs/providers.md lists them"),
      timeout: v.pipe(
        timeouts(),
        v.description(
          "How long to wait, such as `10s`: until the answer begins (connecting included), between two pieces, and in all",
        ),
      ),
      retries: v.pipe(
        integer(),
        v.description("How often a request that failed in passing is tried again; 2 unless told"),
      ),
      cache: v.pipe(
        v.boolean(),
        v.description("Whether the same question may be answered from what was answered before"),
      ),
      fresh: v.pipe(v.boolean(), v.description("Asks anew and keeps nothing, although answers are kept")),
      sample: v.pipe(
        integer(),
        v.description("Tells deliberate repeats of one question apart, where answers are kept"),
      ),
      onText: v.optional(v.pipe(callback(), v.description("Called with each piece of text as it arrives"))),
      onEvent: v.optional(
        v.pipe(callback(), v.description("Called with each piece, as a stream with `events` gives them")),
      ),
    }),
  ),
);

/** Options of a stream. */
export const streamOptions = once(() =>
  shape({
    ...v.omit(generateOptions(), ["onText", "onEvent", "cache", "fresh", "sample"]).entries,
    ...{ events: v.optional(v.pipe(v.boolean(), v.description("Whether usage and finish are pieces too"))) },
  }),
);

/** Options of the questions of a batch. */
export const batchOptions = once(() =>
  v.omit(generateOptions(), ["onText", "onEvent", "cache", "fresh", "sample", "timeout", "retries"]),
);

/** The parsed options of a question. */
export type GenerateOptions = Parsed<ReturnType<typeof generateOptions>>;

const usage = once(() =>
  shape({
    inputTokens: integer(),
    outputTokens: integer(),
    cachedTokens: v.optional(v.pipe(integer(), v.description("Of the input: read from the provider's cache"))),
    cacheWriteTokens: v.optional(v.pipe(integer(), v.description("Of the input: written to the provider's cache"))),
    thinkingTokens: v.optional(v.pipe(integer(), v.description("Of the output: thought"))),
  }),
);

const cost = once(() =>
  shape({
    usd: v.pipe(number(), v.description("US dollars by list prices; 0 where nobody knows")),
    known: v.pipe(v.boolean(), v.description("Whether the price is known")),
    asOf: v.optional(v.pipe(v.string(), v.description("The day of the price data"))),
  }),
);

const toolCall = once(() => ({ id: v.string(), name: v.string(), arguments: value() }));

const finishReason = once(() => oneOf(["stop", "length", "tool-calls", "refusal", "other"]));

/** A whole answer. */
export const generation = once(() =>
  shape({
    text: v.pipe(v.string(), v.description("What the model said")),
    model: v.pipe(v.string(), v.description("The model that answered, as its provider names it")),
    provider: v.string(),
    usage: v.pipe(usage(), v.description("Tokens as the provider counted them")),
    cost: v.pipe(cost(), v.description("What it cost")),
    cached: v.optional(
      v.pipe(v.boolean(), v.description("Present and true where it was answered before, and nobody was asked")),
    ),
    finishReason: v.pipe(finishReason(), v.description("Why the answer ended")),
    message: v.pipe(value(), v.description("The answer as a message: put it at the end of the conversation to go on")),
    toolCalls: v.optional(v.pipe(v.array(shape(toolCall())), v.description("What the model asks for"))),
    thinking: v.optional(v.pipe(v.string(), v.description("What the model thought, where it shows that"))),
  }),
);

/** One step through a stream. */
export const streamStep = once(() =>
  shape({
    done: v.boolean(),
    value: v.optional(
      v.variant("type", [
        shape({ type: oneOf(["text", "thinking"]), text: v.string() }),
        shape({ type: literal("tool-call"), ...toolCall() }),
        shape({ type: literal("usage"), usage: usage(), cost: cost() }),
        shape({ type: literal("finish"), finishReason: finishReason(), model: v.string() }),
      ]),
    ),
  }),
);

/** One model of a list. */
export const modelRow = once(() =>
  shape({
    name: v.pipe(v.string(), v.description("`provider/model`")),
    provider: v.string(),
    model: v.string(),
    contextLength: v.optional(v.pipe(integer(), v.description("Tokens that it takes, where known"))),
    created: v.optional(v.string()),
  }),
);

/** One provider of a list. */
export const providerRow = once(() =>
  shape({
    id: v.string(),
    title: v.string(),
    usable: v.boolean(),
    reason: v.optional(v.pipe(v.string(), v.description("Why it cannot be used"))),
    defaultModel: v.string(),
  }),
);

/** Vectors of texts. */
export const embeddings = once(() =>
  shape({
    vectors: v.pipe(v.array(v.array(number())), v.description("One vector a text, in the order of the texts")),
    model: v.string(),
    provider: v.string(),
    usage: usage(),
    cost: cost(),
  }),
);
