import type { CallContext } from "../../contract/bridge.ts";
import { parse } from "../../contract/check-schema.ts";
import type { ResolvedModel } from "../../contract/effects.ts";
import type { GenerateRequest } from "../../contract/provider.ts";
import type { Value, ValueMap } from "../../contract/value.ts";
import { costValue } from "./answer-value.ts";
import type { Grant } from "./grant.ts";
import { grantSchema } from "./grant.ts";
import { tellWhole } from "./pieces.ts";
import type { GenerateOptions } from "./schemas.ts";

const NOTHING = { usd: 0, known: true, asOf: undefined };

/** An answer that was given before to exactly this question, under the same grant and by the same server; otherwise a new one. */
export async function cachedAnswer(
  request: GenerateRequest,
  model: ResolvedModel,
  options: GenerateOptions,
  call: CallContext,
  ask: () => Promise<ValueMap>,
): Promise<ValueMap> {
  const rules = rulesFor(options, call.grant as Grant);
  if (rules === undefined) return ask();
  const { key: _key, timeouts: _timeouts, maxRetries: _retries, timeLeft: _left, ...asked } = request;
  const question = [
    model.server(),
    model.name,
    JSON.stringify(call.grant),
    options.sample ?? null,
    asked as unknown as Value,
  ];
  const { effects, signal, run } = call;
  const { value, cached } = await effects.answers.answer({ ...rules, run: run.id, question }, ask, signal);
  if (!cached) return value as ValueMap;
  await tellWhole(value as ValueMap, options, call);
  const usage = { inputTokens: 0, outputTokens: 0 };
  return { ...(value as ValueMap), usage, cost: costValue(NOTHING), cached: true };
}

/** How answers are kept; undefined where they are not. What no profile says is kept for the run alone. */
function rulesFor({ cache, fresh }: GenerateOptions, grant: Grant): NonNullable<Grant["cache"]> | undefined {
  if (fresh === true || cache === false) return undefined;
  if (grant.cache !== undefined) return grant.cache;
  return cache === true ? (parse(grantSchema(), { cache: {} }) as Grant).cache : undefined;
}
