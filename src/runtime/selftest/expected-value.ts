import type { AttackCase } from "./attack-case.ts";
import type { Ending } from "./broker-message.ts";

/** Says what is wrong with a result; undefined where it is right. */
type Check = (result: unknown, attack: AttackCase) => string | undefined;

/** The value of a case whose run returns all digits or ends with an error: never another number. */
export const EXACT_OR_ERROR = "exact-or-error";

const isNothing = (result: unknown) => result === null || result === undefined;

/** Values of cases that are a rule and not a value. */
const RULES: Readonly<Record<string, Check>> = {
  "nil-or-false": (result) => unless(isNothing(result) || result === false, result),
  // These are looked for after every case.
  "no-canary": () => undefined,
  "no-canary-on-second-host": () => undefined,
  // Shown on a terminal of its own: see try-terminal.ts.
  escaped: () => undefined,
  "no-pollution": (result) => unless((result as { readonly polluted?: unknown })?.polluted === undefined, result),
  // Which of them a case has is its own affair: as null, or by name, and never as another number.
  "NaN/Inf-policy": (result) =>
    unless(
      [result].flat().every((item) => isNothing(item) || isNotFinite(item)),
      result,
    ),
  [EXACT_OR_ERROR]: (result, { script }) => {
    const digits = script.match(/\d{10,}/g)?.sort((a, b) => b.length - a.length)[0] ?? "";
    return unless(String(result) === digits, result);
  },
};

function isNotFinite(item: unknown): boolean {
  return ["NaN", "Infinity", "-Infinity"].includes(String(item));
}

/** What is wrong with what a run returned. */
export function judgeValue(attack: AttackCase, { result }: Ending): string | undefined {
  const { value } = attack;
  if (value === undefined) return undefined;
  const rule = Object.hasOwn(RULES, value) ? RULES[value] : undefined;
  if (rule !== undefined) return rule(result, attack);
  const length = /^len=(\d+)$/.exec(value)?.[1];
  if (length !== undefined) return unless((result as { readonly length?: unknown })?.length === Number(length), result);
  return unless(textsOf(result).includes(value), result, `, not ${value}`);
}

/** How a value may be written; languages have their own words for nothing. */
function textsOf(result: unknown): string[] {
  if (isNothing(result)) return ["nil", "null", "undefined"];
  return typeof result === "object" ? [JSON.stringify(result)] : [String(result)];
}

function unless(isRight: boolean, result: unknown, more = ""): string | undefined {
  return isRight ? undefined : `it returned ${(JSON.stringify(result) ?? "nothing").slice(0, 100)}${more}`;
}
