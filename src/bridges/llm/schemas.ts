import { callback, duration, integer, number, once, value, z } from "../../contract/schema.ts";
import { isValueMap, type ValueMap } from "../../contract/value.ts";
import { systemText } from "./message-schemas.ts";

function map(description: string) {
  return z.custom<ValueMap>(isValueMap).meta({ description });
}

const toolName = once(() => z.string().min(1).max(64));

const tool = once(() =>
  z.strictObject({
    name: toolName().describe("The name by which the model calls it"),
    description: z.string().default("").describe("What it does, for the model"),
    parameters: map("A JSON Schema of an object, or its short form; no parameters unless told").optional(),
  }),
);

/** One schema for all three: making schemas is a part of every start. */
const timeouts = once(() => {
  const wait = duration().optional();
  return z.strictObject({ firstByte: wait, chunk: wait, total: wait });
});

/** Options of every question to a model. */
export const generateOptions = once(() =>
  z
    .strictObject({
      model: z.string().min(1).describe("`provider/model`, or a provider for its default model; otherwise the run's"),
      system: systemText().describe("What the model is told before everything else: a text, or a list of text parts"),
      maxTokens: integer(1).describe("The longest answer, in tokens"),
      temperature: number(z.number().min(0).max(2)).describe("0 for the likeliest words, up to 2 for surprising ones"),
      topP: number(z.number().min(0).max(1)).describe("Chooses among the likeliest words of this total probability"),
      stop: z.array(z.string().min(1)).max(16).describe("Texts at which the answer ends; they are not part of it"),
      seed: integer().describe("The same seed makes some providers repeat an answer"),
      tools: z.array(tool()).max(128).describe("What the model may ask for"),
      toolChoice: z
        .union([z.enum(["auto", "none", "required"]), z.strictObject({ name: toolName() })])
        .describe('"auto", "none", "required", or {name = …} for one tool'),
      schema: map(
        "A JSON Schema or its short form; the answer's text is then JSON of this form, which nobody checks: see llm.object",
      ),
      thinkingTokens: integer().describe("How many tokens the model may think with before it answers"),
      provider: map("Fields of the provider's own, by its own names; docs/providers.md lists them"),
      timeout: timeouts().describe(
        "How long to wait, such as `10s`: until the answer begins (connecting included), between two pieces, and in all",
      ),
      retries: integer().describe("How often a request that failed in passing is tried again; 2 unless told"),
      cache: z.boolean().describe("Whether the same question may be answered from what was answered before"),
      fresh: z.boolean().describe("Asks anew and keeps nothing, although answers are kept"),
      sample: integer().describe("Tells deliberate repeats of one question apart, where answers are kept"),
      onText: callback().optional().describe("Called with each piece of text as it arrives"),
      onEvent: callback().optional().describe("Called with each piece, as a stream with `events` gives them"),
    })
    .partial(),
);

/** Options of a stream. */
export const streamOptions = once(() =>
  generateOptions()
    .omit({ onText: true, onEvent: true, cache: true, fresh: true, sample: true })
    .extend({ events: z.boolean().describe("Whether usage and finish are pieces too").optional() }),
);

/** Options of the questions of a batch. */
export const batchOptions = once(() =>
  generateOptions().omit({
    ...{ onText: true, onEvent: true, cache: true, fresh: true, sample: true, timeout: true, retries: true },
  }),
);

/** The parsed options of a question. */
export type GenerateOptions = z.output<ReturnType<typeof generateOptions>>;

const usage = once(() =>
  z.strictObject({
    inputTokens: integer(),
    outputTokens: integer(),
    cachedTokens: integer().optional().describe("Of the input: read from the provider's cache"),
    cacheWriteTokens: integer().optional().describe("Of the input: written to the provider's cache"),
    thinkingTokens: integer().optional().describe("Of the output: thought"),
  }),
);

const cost = once(() =>
  z.strictObject({
    usd: number().describe("US dollars by list prices; 0 where nobody knows"),
    known: z.boolean().describe("Whether the price is known"),
    asOf: z.string().optional().describe("The day of the price data"),
  }),
);

const toolCall = once(() => ({ id: z.string(), name: z.string(), arguments: value() }));

const finishReason = once(() => z.enum(["stop", "length", "tool-calls", "refusal", "other"]));

/** A whole answer. */
export const generation = once(() =>
  z.strictObject({
    text: z.string().describe("What the model said"),
    model: z.string().describe("The model that answered, as its provider names it"),
    provider: z.string(),
    usage: usage().describe("Tokens as the provider counted them"),
    cost: cost().describe("What it cost"),
    cached: z.boolean().optional().describe("Present and true where it was answered before, and nobody was asked"),
    finishReason: finishReason().describe("Why the answer ended"),
    message: value().describe("The answer as a message: put it at the end of the conversation to go on"),
    toolCalls: z.array(z.strictObject(toolCall())).optional().describe("What the model asks for"),
    thinking: z.string().optional().describe("What the model thought, where it shows that"),
  }),
);

/** One step through a stream. */
export const streamStep = once(() =>
  z.strictObject({
    done: z.boolean(),
    value: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.enum(["text", "thinking"]), text: z.string() }),
        z.strictObject({ type: z.literal("tool-call"), ...toolCall() }),
        z.strictObject({ type: z.literal("usage"), usage: usage(), cost: cost() }),
        z.strictObject({ type: z.literal("finish"), finishReason: finishReason(), model: z.string() }),
      ])
      .optional(),
  }),
);

/** One model of a list. */
export const modelRow = once(() =>
  z.strictObject({
    name: z.string().describe("`provider/model`"),
    provider: z.string(),
    model: z.string(),
    contextLength: integer().optional().describe("Tokens that it takes, where known"),
    created: z.string().optional(),
  }),
);

/** One provider of a list. */
export const providerRow = once(() =>
  z.strictObject({
    id: z.string(),
    title: z.string(),
    usable: z.boolean(),
    reason: z.string().optional().describe("Why it cannot be used"),
    defaultModel: z.string(),
  }),
);

/** Vectors of texts. */
export const embeddings = once(() =>
  z.strictObject({
    vectors: z.array(z.array(number())).describe("One vector a text, in the order of the texts"),
    model: z.string(),
    provider: z.string(),
    usage: usage(),
    cost: cost(),
  }),
);
