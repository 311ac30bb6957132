import { SpellError } from "../contract/errors.ts";
import { LIMITS, type LimitName } from "../contract/limits.ts";
import { nearest } from "../contract/nearest.ts";
import type { Budget, Origin, Profile } from "../contract/profile.ts";
import { writtenQuantity } from "./explain.ts";
import { parseBytes, parseCount, parseDuration, type Quantity } from "../contract/quantity.ts";

/** What the command line says of limits and budgets, as it was written: `wallTime=10s`, `usd=0.10,tokens=50k`. */
export interface Overrides {
  readonly limits: readonly string[];
  readonly budget: readonly string[];
}

const PARSERS = { milliseconds: parseDuration, bytes: parseBytes, count: parseCount } as const;

const BUDGET_PARSERS: Readonly<Record<keyof Budget, (input: unknown) => Quantity>> = {
  usd: parseDollars,
  tokens: parseCount,
  llmCalls: parseCount,
  toolCalls: parseCount,
};

/**
 * The profile with limits and budgets of the command line: they may always be lowered, and raised where the profile
 * names them as `raisable`. Throws `usage` for what cannot be read, `grant.limit` for what may not be raised.
 */
export function overrideLimits(profile: Profile, { limits, budget }: Overrides): Profile {
  const origins: Record<string, Origin> = { ...profile.origins };
  const limited: Record<LimitName, number> = { ...profile.limits };
  for (const [name, text] of pairs(limits, "--limit", Object.keys(LIMITS))) {
    const limit = name as LimitName;
    const value = read(PARSERS[LIMITS[limit].unit](text), "--limit", name, text);
    requireAllowed(profile, `limits.${name}`, name, value, profile.limits[limit]);
    limited[limit] = value;
    origins[`limits.${name}`] = { file: "--limit", line: 0 };
  }
  const spendable: { -readonly [K in keyof Budget]: Budget[K] } = { ...profile.budget };
  for (const [name, text] of pairs(budget, "--budget", Object.keys(BUDGET_PARSERS))) {
    const key = name as keyof Budget;
    const value = read(BUDGET_PARSERS[key](text), "--budget", name, text);
    requireAllowed(profile, `budget.${name}`, `budget.${name}`, value, profile.budget[key]);
    spendable[key] = value;
    origins[`budget.${name}`] = { file: "--budget", line: 0 };
  }
  return { ...profile, limits: limited, budget: spendable, origins };
}

/** `a=1,b=2` and further texts like it, as names with their values. */
function pairs(texts: readonly string[], option: string, known: readonly string[]): (readonly [string, string])[] {
  return texts
    .flatMap((text) => text.split(","))
    .map((text) => {
      const equals = text.indexOf("=");
      const name = text.slice(0, Math.max(0, equals)).trim();
      if (equals < 1) throw new SpellError("usage", `${option} takes name=value, not "${text}"`);
      if (known.includes(name)) return [name, text.slice(equals + 1).trim()] as const;
      const near = nearest(name, known);
      throw new SpellError(
        "usage",
        `${option} knows no "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}`,
        {
          fix: `The names are ${known.join(", ")}`,
        },
      );
    });
}

function read(quantity: Quantity, option: string, name: string, text: string): number {
  if ("value" in quantity) return quantity.value;
  throw new SpellError("usage", `${option} ${name}=${text}: the value ${quantity.reason}`);
}

function requireAllowed(
  profile: Profile,
  path: string,
  raisable: string,
  value: number,
  most: number | undefined,
): void {
  if (most === undefined || value <= most) return;
  if (profile.raisable.includes("*") || profile.raisable.includes(raisable)) return;
  const { file, line } = profile.origins[path] ?? { file: "default", line: 0 };
  const shown = (number: number) => writtenQuantity(path, number) ?? number;
  const place = line === 0 ? "" : ` (${file}, line ${line})`;
  throw new SpellError(
    "grant.limit",
    `The profile "${profile.name}" has ${path} = ${shown(most)}${place}; ${shown(value)} is more`,
    {
      fix: `Add to the profile: raisable: [${raisable}]`,
      details: { path, value, most },
    },
  );
}

function parseDollars(input: unknown): Quantity {
  const value = Number(String(input).replace(/^\$/, ""));
  return Number.isFinite(value) && value >= 0 && String(input).trim() !== ""
    ? { value }
    : { reason: "must be an amount of US dollars, such as 0.10" };
}
