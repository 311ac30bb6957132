import { integer, number, shape, once, oneOf, v, value } from "../../contract/schema.ts";
import { generation } from "../llm/schemas.ts";

const attempt = once(() =>
  shape({
    model: v.string(),
    status: oneOf(["answered", "failed", "cancelled"]),
    ms: v.pipe(integer(), v.description("How long it took")),
    usage: v.optional(generation().entries.usage),
    usd: v.optional(v.pipe(number(), v.description("What it cost, where known"))),
    code: v.optional(v.pipe(v.string(), v.description("Why it failed"))),
    message: v.optional(v.string()),
  }),
);

const vote = once(() =>
  shape({
    model: v.string(),
    text: v.string(),
    weight: number(),
    agrees: v.pipe(v.boolean(), v.description("Whether it is for the answer that was taken")),
    similarity: v.optional(v.pipe(number(), v.description("How like the other answers it is on average, from 0 to 1"))),
    problem: v.optional(v.pipe(v.string(), v.description("Why it does not count: no JSON where a schema was given"))),
  }),
);

const field = once(() =>
  shape({
    path: v.pipe(v.string(), v.description("Where in the object: `address.city`")),
    value: value(),
    agreement: v.pipe(number(), v.description("The share of the votes for it")),
    values: v.pipe(
      v.array(shape({ value: value(), models: v.array(v.string()) })),
      v.description("What was said, and by whom"),
    ),
  }),
);

/** How an answer was agreed on. */
const consensus = once(() => ({
  decidedBy: v.optional(
    v.pipe(oneOf(["majority", "similarity", "judge", "fields"]), v.description("How a consensus was found")),
  ),
  agreement: v.optional(v.pipe(number(), v.description("The share of the votes that agree with it"))),
  votes: v.optional(v.array(vote())),
  reason: v.optional(v.pipe(v.string(), v.description("What the judge said, or why it did not decide"))),
  value: v.optional(v.pipe(value(), v.description("The object that was agreed on, where a schema was given"))),
  fields: v.optional(v.pipe(v.array(field()), v.description("How each field of it was agreed on"))),
}));

/** What a vote came to. */
export const voteAnswer = once(() =>
  shape({
    text: v.pipe(v.string(), v.description("The answer that was taken")),
    model: v.pipe(v.string(), v.description("Whose it is")),
    ...consensus(),
  }),
);

/** What a group answers with: the answer that counts, and how it was found. */
export const groupAnswer = once(() =>
  shape({
    ...generation().entries,
    strategy: v.string(),
    attempts: v.pipe(v.array(attempt()), v.description("What each model did that was asked")),
    spent: v.pipe(
      shape({ inputTokens: integer(), outputTokens: integer(), usd: v.optional(number()) }),
      v.description("All of them together, those that failed or were overtaken included"),
    ),
    ...consensus(),
  }),
);

/** A provider, and what its protocol can do. */
export const providerInfo = once(() =>
  shape({
    id: v.string(),
    title: v.string(),
    usable: v.boolean(),
    reason: v.optional(v.pipe(v.string(), v.description("Why it cannot be used"))),
    defaultModel: v.string(),
    protocol: v.string(),
    local: v.pipe(v.boolean(), v.description("It runs on this machine")),
    address: v.pipe(v.string(), v.description("The usual one")),
    keyVariable: v.optional(v.pipe(v.string(), v.description("The variable that holds its key"))),
    addressVariable: v.optional(v.pipe(v.string(), v.description("The variable that holds another address"))),
    capabilities: shape({
      schema: v.pipe(oneOf(["native", "json", "prompt"]), v.description("How an answer is held to a schema")),
      thinking: v.pipe(oneOf(["budget", "effort", "none"]), v.description("How it is told to think")),
      seed: v.boolean(),
      embeddings: v.boolean(),
    }),
    constraints: shape({
      maxTemperature: number(),
      defaultMaxTokens: v.optional(
        v.pipe(integer(), v.description("Tokens of an answer where the question does not say")),
      ),
    }),
    options: v.pipe(v.array(v.string()), v.description("The options of a question that reach it")),
  }),
);
