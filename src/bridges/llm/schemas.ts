import { integer, number, once, value, z } from "../../contract/schema.ts";
import { isValueMap, type ValueMap } from "../../contract/value.ts";

function map(description: string) {
  return z.custom<ValueMap>(isValueMap).meta({ description });
}

const toolName = once(() => z.string().min(1).max(64));

const tool = once(() =>
  z.strictObject({
    name: toolName().describe("The name by which the model calls it"),
    description: z.string().default("").describe("What it does, for the model"),
    parameters: map("A JSON Schema of an object; no parameters unless told").optional(),
  }),
);

/** Options of every question to a model. */
export const generateOptions = once(() =>
  z
    .strictObject({
      model: z.string().min(1).describe("`provider/model`, or a provider for its default model; otherwise the run's"),
      system: z.string().describe("What the model is told before everything else"),
      maxTokens: integer(1).describe("The longest answer, in tokens"),
      temperature: number(z.number().min(0).max(2)).describe("0 for the likeliest words, up to 2 for surprising ones"),
      topP: number(z.number().min(0).max(1)).describe("Chooses among the likeliest words of this total probability"),
      stop: z.array(z.string().min(1)).max(16).describe("Texts at which the answer ends; they are not part of it"),
      seed: integer().describe("The same seed makes some providers repeat an answer"),
      tools: z.array(tool()).max(128).describe("What the model may ask for"),
      toolChoice: z
        .union([z.enum(["auto", "none", "required"]), z.strictObject({ name: toolName() })])
        .describe('"auto", "none", "required", or {name = …} for one tool'),
      schema: map("A JSON Schema; the answer's text is then JSON of this form"),
      thinkingTokens: integer().describe("How many tokens the model may think with before it answers"),
    })
    .partial(),
);

/** The parsed options of a question. */
export type GenerateOptions = z.output<ReturnType<typeof generateOptions>>;

const part = once(() =>
  z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("text"), text: z.string() }),
    z.strictObject({
      type: z.literal("tool-call"),
      id: z.string(),
      name: z.string(),
      arguments: map("the arguments, by name"),
    }),
    z.strictObject({
      type: z.literal("tool-result"),
      id: z.string(),
      text: z.string(),
      isError: z.boolean().optional(),
    }),
  ]),
);

/** A conversation. */
export const messages = once(() =>
  z
    .array(
      z.strictObject({
        role: z.enum(["system", "user", "assistant", "tool"]),
        content: z.union([z.string(), z.array(part())]),
      }),
    )
    .min(1),
);

const usage = once(() => z.strictObject({ inputTokens: integer(), outputTokens: integer() }));

const toolCall = once(() => ({ id: z.string(), name: z.string(), arguments: value() }));

/** A whole answer. */
export const generation = once(() =>
  z.strictObject({
    text: z.string().describe("What the model said"),
    model: z.string().describe("The model that answered, as its provider names it"),
    provider: z.string(),
    usage: usage().describe("Tokens as the provider counted them"),
    finishReason: z.enum(["stop", "length", "tool-calls", "refusal", "other"]).describe("Why the answer ended"),
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
  }),
);
