import type { CallContext } from "../../contract/bridge.ts";
import { SpellError, toErrorValue } from "../../contract/errors.ts";
import { isValueMap, type Value, type ValueMap } from "../../contract/value.ts";

/** One model's part of a group's answer. */
export interface Attempt {
  readonly model: string;
  readonly status: "answered" | "failed" | "cancelled";
  readonly ms: number;
  /** As `llm` gives it; absent where there is none. */
  readonly answer?: ValueMap;
  readonly code?: string;
  readonly message?: string;
}

/** What is asked of each. */
export interface Question {
  readonly function: "complete" | "chat";
  /** The prompt, or the conversation. */
  readonly what: Value;
  readonly options: ValueMap;
}

/** Why an attempt was ended that nobody waits for any more. */
const OVERTAKEN = new SpellError("call.cancelled", "Another model of the group was faster");

/**
 * Failures that are no model's own: the next one would be refused as well, or the person said no. A group that went on
 * past them would hide them.
 */
function endsGroup(code: string): boolean {
  return code.startsWith("grant.") || ["limit.calls", "limit.llm-calls", "call.arguments"].includes(code);
}

/** Asks one model, by `llm` and so by all of its rules. Rejects where the whole group has to end. */
export async function attempt(
  model: string,
  part: string,
  question: Question,
  call: CallContext,
  signal: AbortSignal = call.signal,
): Promise<Attempt> {
  const { clock } = call.effects;
  const began = clock.now();
  const ms = () => Math.max(0, Math.round(clock.now() - began));
  try {
    const args = [question.what, { ...question.options, model }];
    const answer = await call.within(part, ["llm", question.function], args, signal);
    return { model, status: "answered", ms: ms(), answer: isValueMap(answer) ? answer : {} };
  } catch (error) {
    if (call.signal.aborted) throw call.signal.reason;
    if (signal.aborted && signal.reason === OVERTAKEN) return { model, status: "cancelled", ms: ms() };
    const { code, message } = toErrorValue(error);
    if (endsGroup(code)) throw error;
    return { model, status: "failed", ms: ms(), code, message };
  }
}

/** One after the other until one answers. */
export async function inTurn(models: readonly string[], question: Question, call: CallContext): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const [index, model] of models.entries()) {
    const done = await attempt(model, String(index + 1), question, call);
    attempts.push(done);
    if (done.status === "answered") break;
  }
  return attempts;
}

/** All at once; where `untilFirst`, the others are cancelled when one has answered. */
export async function atOnce(
  models: readonly string[],
  question: Question,
  call: CallContext,
  untilFirst: boolean,
): Promise<Attempt[]> {
  const controller = new AbortController();
  const cancel = () => controller.abort(call.signal.reason);
  call.signal.addEventListener("abort", cancel, { once: true });
  try {
    return await Promise.all(
      models.map(async (model, index) => {
        const done = await attempt(model, String(index + 1), question, call, controller.signal);
        if (untilFirst && done.status === "answered") controller.abort(OVERTAKEN);
        return done;
      }),
    );
  } catch (error) {
    // Nobody waits for the others any more.
    controller.abort(error);
    throw error;
  } finally {
    call.signal.removeEventListener("abort", cancel);
  }
}
