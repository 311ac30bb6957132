import type { CallContext } from "../../contract/bridge.ts";
import { number, once, z } from "../../contract/schema.ts";
import type { Value } from "../../contract/value.ts";
import { findConsensus, type TextBallot } from "./consensus.ts";
import { groupShape } from "./options.ts";

/** An answer that is there already. */
export const givenAnswers = once(() =>
  z
    .array(
      z.strictObject({
        text: z.string().describe("The answer"),
        model: z.string().max(200).describe("Whose it is"),
        weight: number(z.number().gt(0).max(1e6)).optional().describe("How much it counts; 1 unless told"),
      }),
    )
    .min(1)
    .max(64),
);

/** How a vote over answers is counted. */
export const voteOptions = once(() => {
  const { by, judge, embedder, agreement } = groupShape();
  return z.strictObject({
    ...{ by, judge, embedder, agreement },
    question: z.string().describe("What was asked, for a judge").optional(),
    fields: z.boolean().describe("The answers are JSON, and are agreed on field by field").optional(),
  });
});

/** What was agreed on by answers that are there already. */
export async function vote(
  answers: z.output<ReturnType<typeof givenAnswers>>,
  options: z.output<ReturnType<typeof voteOptions>>,
  call: CallContext,
): Promise<Value> {
  const ballots = answers.map(({ text, model, weight = 1 }): TextBallot => {
    return { model, weight, content: text, attempt: { model, status: "answered", ms: 0, answer: { text } } };
  });
  const { question = "", fields = false, ...rest } = options;
  const { taken, more } = await findConsensus(ballots, question, { ...rest, ...(fields ? { schema: {} } : {}) }, call);
  return { text: taken.answer?.["text"] ?? "", model: taken.model, ...more };
}
