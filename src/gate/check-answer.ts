import { check, sayIssue } from "../contract/check-schema.ts";
import { SpellError } from "../contract/errors.ts";
import { callName, type Link } from "./call.ts";
import { renamerOf } from "./rename-keys.ts";

/** The schema of the answer; its declared keys are renamed for languages that write them otherwise. */
export const checkAnswer: Link = async (call, next) => {
  const answer = await next(call);
  const { returns } = call.target.definition;
  const checked = check(returns, answer ?? undefined);
  if (!checked.ok && !(answer === null && check(returns, null).ok)) {
    const [issue] = checked.issues;
    const place = issue === undefined ? "" : `: ${issue.path.join(".") || "it"} ${sayIssue(issue)}`;
    throw new SpellError("call.answer", `${callName(call)} answered with something else than it promises${place}`);
  }
  return call.naming === "snake" ? (renamerOf(returns, "toGuest")?.(answer) ?? answer) : answer;
};
