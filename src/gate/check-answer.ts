import { SpellError } from "../contract/errors.ts";
import { callName, type Link } from "./call.ts";
import { renamerOf } from "./rename-keys.ts";

/** The schema of the answer; its declared keys are renamed for languages that write them otherwise. */
export const checkAnswer: Link = async (call, next) => {
  const answer = await next();
  const { returns } = call.target.definition;
  const result = returns.safeParse(answer ?? undefined);
  if (!result.success && !(answer === null && returns.safeParse(null).success)) {
    const problem = result.error.issues[0];
    const place = problem === undefined ? "" : ` at ${problem.path.join(".") || "the top"}: ${problem.message}`;
    throw new SpellError("call.answer", `${callName(call)} answered with something else than it promises${place}`);
  }
  return call.naming === "snake" ? (renamerOf(returns, "toGuest")?.(answer) ?? answer) : answer;
};
