import { exactPattern, matchesCall, parseCallPattern, type CallPattern } from "../contract/call-pattern.ts";
import type { ApprovalAnswer } from "../contract/approval.ts";
import { SpellError } from "../contract/errors.ts";
import type { Origin, Profile } from "../contract/profile.ts";
import { callName, type GateCall, type Link } from "./call.ts";

/** A rule of the profile by which a call needs an approval. */
interface AskRule {
  readonly pattern: CallPattern;
  readonly origin: Origin;
}

/** Asks a person where the profile says so. Calls are asked for one after another, so that no two prompts mix. */
export function approveCalls(profile: Profile): Link {
  const rules = profile.ask.flatMap((text, index): AskRule[] => {
    const pattern = parseCallPattern(text);
    const origin = profile.origins[`ask.${index}`] ?? { file: "default", line: 0 };
    return pattern === undefined ? [] : [{ pattern, origin }];
  });
  const approved = profile.approve.flatMap((text) => parseCallPattern(text) ?? []);
  const forThisRun = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  if (rules.length === 0) return (call, next) => next(call);
  return async (call, next) => {
    const name = `${call.module}.${call.name}`;
    const rule = rules.find(({ pattern }) => matchesCall(pattern, name, call.parsed, "any"));
    if (rule === undefined || approved.some((pattern) => matchesCall(pattern, name, call.parsed, "every")))
      return next(call);
    const key = `${name} ${rule.pattern.text}`;
    const isKnown = () =>
      forThisRun.has(key) || approved.some((pattern) => matchesCall(pattern, name, call.parsed, "every"));
    const asked = last.then(() => (isKnown() ? "once" : ask(call, name, rule)));
    last = asked.catch(() => {});
    const answer = await asked;
    if (answer === "run") forThisRun.add(key);
    if (answer === "always") approved.push(...[parseCallPattern(exactPattern(name, call.parsed)) ?? []].flat());
    if (answer !== "once" && answer !== "run" && answer !== "always") throw refusal(call, rule, answer);
    return next(call);
  };
}

async function ask(call: GateCall, name: string, { pattern, origin }: AskRule): Promise<ApprovalAnswer> {
  const { signal, effects } = call.context;
  signal.throwIfAborted();
  return effects.approve({ call: name, arguments: call.parsed, rule: pattern.text, origin }, signal);
}

/** What a person is told whose answer it was. */
export const WAS_NO = "You said no: run it again and allow it, if that was not meant";

const REASONS: Readonly<Record<Extract<ApprovalAnswer, "no" | "nobody" | "late">, string>> = {
  no: "was not approved",
  nobody: "needs an approval, and there is no terminal to ask on",
  late: "needs an approval, and nobody answered in time",
};

function refusal(call: GateCall, { pattern, origin }: AskRule, answer: keyof typeof REASONS): SpellError {
  const place = origin.line === 0 ? "" : ` (${origin.file}, line ${origin.line})`;
  return new SpellError("grant.approval", `${callName(call)} ${REASONS[answer]}: ask: ${pattern.text}${place}`, {
    details: { rule: pattern.text, answer },
    fix: answer === "no" ? WAS_NO : "Approve it beforehand, under approve: in the profile or in a file for --approvals",
  });
}
