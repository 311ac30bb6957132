import { number, once, z } from "../../contract/schema.ts";
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
