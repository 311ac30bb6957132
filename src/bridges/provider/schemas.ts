import { integer, number, once, value, z } from "../../contract/schema.ts";
import { generation } from "../llm/schemas.ts";

const attempt = once(() =>
  z.strictObject({
    model: z.string(),
    status: z.enum(["answered", "failed", "cancelled"]),
    ms: integer().describe("How long it took"),
    usage: generation().shape.usage.optional(),
    usd: number().optional().describe("What it cost, where known"),
    code: z.string().optional().describe("Why it failed"),
    message: z.string().optional(),
  }),
);

const vote = once(() =>
  z.strictObject({
    model: z.string(),
    text: z.string(),
    weight: number(),
    agrees: z.boolean().describe("Whether it is for the answer that was taken"),
    similarity: number().optional().describe("How like the other answers it is on average, from 0 to 1"),
    problem: z.string().optional().describe("Why it does not count: no JSON where a schema was given"),
  }),
);

const field = once(() =>
  z.strictObject({
    path: z.string().describe("Where in the object: `address.city`"),
    value: value(),
    agreement: number().describe("The share of the votes for it"),
    values: z
      .array(z.strictObject({ value: value(), models: z.array(z.string()) }))
      .describe("What was said, and by whom"),
  }),
);

/** How an answer was agreed on. */
const consensus = once(() => ({
  decidedBy: z.enum(["majority", "similarity", "judge", "fields"]).optional().describe("How a consensus was found"),
  agreement: number().optional().describe("The share of the votes that agree with it"),
  votes: z.array(vote()).optional(),
  reason: z.string().optional().describe("What the judge said, or why it did not decide"),
  value: value().optional().describe("The object that was agreed on, where a schema was given"),
  fields: z.array(field()).optional().describe("How each field of it was agreed on"),
}));

/** What a vote came to. */
export const voteAnswer = once(() =>
  z.strictObject({
    text: z.string().describe("The answer that was taken"),
    model: z.string().describe("Whose it is"),
    ...consensus(),
  }),
);

/** What a group answers with: the answer that counts, and how it was found. */
export const groupAnswer = once(() =>
  z.strictObject({
    ...generation().shape,
    strategy: z.string(),
    attempts: z.array(attempt()).describe("What each model did that was asked"),
    spent: z
      .strictObject({ inputTokens: integer(), outputTokens: integer(), usd: number().optional() })
      .describe("All of them together"),
    ...consensus(),
  }),
);

/** A provider, and what its protocol can do. */
export const providerInfo = once(() =>
  z.strictObject({
    id: z.string(),
    title: z.string(),
    usable: z.boolean(),
    reason: z.string().optional().describe("Why it cannot be used"),
    defaultModel: z.string(),
    protocol: z.string(),
    local: z.boolean().describe("It runs on this machine"),
    address: z.string().describe("The usual one"),
    keyVariable: z.string().optional().describe("The variable that holds its key"),
    addressVariable: z.string().optional().describe("The variable that holds another address"),
    capabilities: z.strictObject({
      schema: z.enum(["native", "json", "prompt"]).describe("How an answer is held to a schema"),
      thinking: z.enum(["budget", "effort", "none"]).describe("How it is told to think"),
      seed: z.boolean(),
      embeddings: z.boolean(),
    }),
    constraints: z.strictObject({
      maxTemperature: number(),
      defaultMaxTokens: integer().optional().describe("Tokens of an answer where the question does not say"),
    }),
    options: z.array(z.string()).describe("The options of a question that reach it"),
  }),
);
