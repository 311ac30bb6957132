import { numberBetween, shape, once, v } from "../../contract/schema.ts";
import { groupShape } from "./options.ts";

/** An answer that is there already. */
export const givenAnswers = once(() =>
  v.pipe(
    v.array(
      shape({
        text: v.pipe(v.string(), v.description("The answer")),
        model: v.pipe(v.string(), v.maxLength(200), v.description("Whose it is")),
        weight: v.optional(
          v.pipe(numberBetween(0), v.maxValue(1e6), v.description("How much it counts; 1 unless told")),
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(64),
  ),
);

/** How a vote over answers is counted. */
export const voteOptions = once(() => {
  const { by, judge, embedder, agreement } = groupShape();
  return shape({
    ...{ by, judge, embedder, agreement },
    question: v.optional(v.pipe(v.string(), v.description("What was asked, for a judge"))),
    fields: v.optional(v.pipe(v.boolean(), v.description("The answers are JSON, and are agreed on field by field"))),
  });
});
