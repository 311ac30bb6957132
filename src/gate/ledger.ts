import type { Counter } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import { LIMITS, type LimitName, type Limits } from "../contract/limits.ts";
import type { Budget } from "../contract/profile.ts";

/** The limits with what the budget allows where that is less. Dollars are not counted: this version knows no prices. */
export function withBudget(limits: Limits, { tokens, llmCalls, toolCalls }: Budget): Limits {
  const least = (limit: number, budget: number | undefined) => Math.min(limit, budget ?? limit);
  return {
    ...limits,
    tokens: least(limits.tokens, tokens),
    llmCalls: least(limits.llmCalls, llmCalls),
    toolCalls: least(limits.toolCalls, toolCalls),
  };
}

/** What a run has used, counted against its limits. A child's ledger also counts for its parent. */
export class Ledger {
  calls = 0;
  inFlight = 0;
  llmCalls = 0;
  toolCalls = 0;
  tokens = 0;

  constructor(
    private readonly limits: Limits,
    private readonly parent?: Ledger,
  ) {}

  /** Counts a call in; `release` counts it out of those under way. */
  enter(counter: Counter | undefined): void {
    this.#check("calls", this.calls + 1);
    this.#check("callsInFlight", this.inFlight + 1);
    if (counter !== undefined) this.#check(counter, this[counter] + 1);
    this.parent?.enter(counter);
    this.calls++;
    this.inFlight++;
    if (counter !== undefined) this[counter]++;
  }

  /** The call ended. */
  release(): void {
    this.inFlight--;
    this.parent?.release();
  }

  /** Adds used tokens: they are spent, so they are counted even when that goes over the limit. */
  useTokens(count: number): void {
    this.tokens += count;
    this.parent?.useTokens(count);
    this.#check("tokens", this.tokens);
  }

  #check(name: LimitName, value: number): void {
    const limit = this.limits[name];
    if (value <= limit) return;
    const { code, doc } = LIMITS[name];
    throw new SpellError(code, `${doc} would be ${value}, over limits.${name} = ${limit}`, {
      details: { limit: name, value: limit },
    });
  }
}
