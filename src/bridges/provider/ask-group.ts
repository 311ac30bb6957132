import type { CallContext } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { Spent } from "../../contract/spending.ts";
import { Float, fromFloat, isValueMap, type Value, type ValueMap } from "../../contract/value.ts";
import { requireTarget } from "../require-target.ts";
import { atOnce, inTurn, type Attempt, type Question } from "./attempt.ts";
import { findConsensus, type TextBallot } from "./consensus.ts";
import { withGroup } from "./groups.ts";
import { type AskOptions, type GroupOptions, questionOf } from "./options.ts";
import { orderBy, type Member } from "./order.ts";

/** Asks a group, and gives the answer that counts with what each model did. Rejects with `provider.group` where none answered. */
export async function askGroup(
  name: Question["function"],
  what: Value,
  given: AskOptions,
  call: CallContext,
): Promise<Value> {
  const options = withGroup(given, call.run);
  const { strategy = "fallback" } = options;
  const members = membersOf(options, call);
  const question: Question = { function: name, what, options: questionOf(options) as ValueMap };
  const models = (await orderBy(strategy, members, call)).map(({ model }) => model);
  const attempts =
    strategy === "fastest" || strategy === "consensus"
      ? await atOnce(models, question, call, strategy === "fastest")
      : await inTurn(models, question, call);
  const good = attempts.filter(({ status }) => status === "answered");
  const needed = strategy === "consensus" ? (options.quorum ?? Math.floor(members.length / 2) + 1) : 1;
  if (good.length < needed) throw tooFew(attempts, good.length, needed);
  const shown = attempts.map(showAttempt);
  // Of several good answers of a race the first counts: it is the one that took least.
  const [first] = good.toSorted((a, b) => a.ms - b.ms);
  if (strategy !== "consensus") {
    return { ...first?.answer, strategy, attempts: shown, spent: spentValue(call.spentWithin()) };
  }
  const ballots = attempts.flatMap((attempt, index) => ballotOf(attempt, members[index]?.weight ?? 1));
  const { taken, more } = await findConsensus(ballots, textOf(what), options, call);
  return { ...taken.answer, strategy, attempts: shown, spent: spentValue(call.spentWithin()), ...more };
}

/** The models of a group with their weights. Throws what is wrong with them. */
export function membersOf(
  { models, weights, quorum }: GroupOptions,
  { effects }: Pick<CallContext, "effects">,
): Member[] {
  if (models === undefined) {
    throw new SpellError("call.arguments", "provider: models is missing", {
      fix: "Name the models, or a group that was defined",
    });
  }
  for (const model of models) requireTarget(model, effects);
  const problem =
    weights !== undefined && weights.length !== models.length
      ? `there are ${models.length} models and ${weights.length} weights`
      : quorum !== undefined && quorum > models.length
        ? `the quorum is ${quorum}, and there are ${models.length} models`
        : undefined;
  if (problem !== undefined) throw new SpellError("call.arguments", `provider: ${problem}`);
  return models.map((model, index) => ({ model, weight: weights?.[index] ?? 1 }));
}

function ballotOf(attempt: Attempt, weight: number): TextBallot[] {
  if (attempt.status !== "answered") return [];
  const text = attempt.answer?.["text"];
  return [{ model: attempt.model, weight, content: typeof text === "string" ? text : "", attempt }];
}

function tooFew(attempts: readonly Attempt[], good: number, needed: number): SpellError {
  const failed = attempts.filter(({ status }) => status === "failed");
  const told = failed.map(({ model, code, message }) => `${model}: ${code}: ${message}`).join("; ");
  const many = attempts.length === 1 ? "The one model" : `${good} of ${attempts.length} models`;
  const head = good === 0 ? `None of ${attempts.length} models answered` : `${many} answered, and ${needed} are needed`;
  return new SpellError("provider.group", `${head}: ${told}`, { details: { attempts: attempts.map(showAttempt) } });
}

function showAttempt({ model, status, ms, answer, code, message }: Attempt): ValueMap {
  const usd = usdOf(answer);
  return {
    ...{ model, status, ms },
    ...(answer?.["usage"] === undefined ? {} : { usage: answer["usage"] }),
    ...(usd === undefined ? {} : { usd: fromFloat(usd) }),
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
  };
}

function usdOf(answer: Value | undefined): number | undefined {
  const cost = isValueMap(answer) ? answer["cost"] : undefined;
  if (!isValueMap(cost) || cost["known"] !== true) return undefined;
  const { usd } = cost;
  return usd instanceof Float ? usd.value : typeof usd === "number" ? usd : undefined;
}

/** What all took, those that failed or were overtaken included; no dollars where nobody knows the price of one. */
function spentValue({ tokens, usd, unpriced = 0, outputTokens = 0 }: Spent): ValueMap {
  const known = unpriced > 0 ? {} : { usd: fromFloat(usd) };
  return { inputTokens: tokens - outputTokens, outputTokens, ...known };
}

/** What was asked, for a judge: the prompt, or the last thing that the person said. */
function textOf(what: Value): string {
  if (typeof what === "string") return what;
  const last = Array.isArray(what) ? (what as readonly Value[]).findLast(isUserMessage) : undefined;
  const content = isValueMap(last) ? last["content"] : undefined;
  if (typeof content === "string") return content;
  const parts = Array.isArray(content) ? (content as readonly Value[]) : [];
  return parts
    .flatMap((part) => (isValueMap(part) && typeof part["text"] === "string" ? [part["text"]] : []))
    .join("\n");
}

function isUserMessage(message: Value): boolean {
  return isValueMap(message) && message["role"] === "user";
}
