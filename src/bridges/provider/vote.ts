import type { CallContext } from "../../contract/bridge.ts";
import type { Parsed } from "../../contract/schema.ts";
import type { Value } from "../../contract/value.ts";
import { findConsensus, type TextBallot } from "./consensus.ts";
import type { givenAnswers, voteOptions } from "./vote-options.ts";

/** What was agreed on by answers that are there already. */
export async function vote(
  answers: Parsed<ReturnType<typeof givenAnswers>>,
  options: Parsed<ReturnType<typeof voteOptions>>,
  call: CallContext,
): Promise<Value> {
  const ballots = answers.map(({ text, model, weight = 1 }): TextBallot => {
    return { model, weight, content: text, attempt: { model, status: "answered", ms: 0, answer: { text } } };
  });
  const { question = "", fields = false, ...rest } = options;
  const { taken, more } = await findConsensus(ballots, question, { ...rest, ...(fields ? { schema: {} } : {}) }, call);
  return { text: taken.answer?.["text"] ?? "", model: taken.model, ...more };
}
