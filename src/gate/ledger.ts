import type { Counter } from "../contract/bridge.ts";
import type { ErrorCode } from "../contract/error-codes.ts";
import { SpellError } from "../contract/errors.ts";
import { LIMITS, type LimitName, type Limits } from "../contract/limits.ts";
import type { Budget } from "../contract/profile.ts";
import { type Reservation, type RunBudget, soundSpent, type Spending, type Spent } from "../contract/spending.ts";

/** Something that is counted: how much there may be, and the place of the profile that says so. */
interface Cap {
  readonly most: number;
  readonly path: string;
  readonly code: ErrorCode;
}

/** What is counted in calls. */
type Counted = "calls" | "callsInFlight" | Counter;

/** What a run has used in all. */
export interface LedgerTotals extends Spending {
  readonly calls: number;
  readonly llmCalls: number;
  readonly toolCalls: number;
}

/** The smaller of a limit and the budget of the same thing. */
function capOf(limits: Limits, budget: Budget, name: LimitName & keyof Limits): Cap {
  const spendable = name === "tokens" || name === "llmCalls" || name === "toolCalls" ? budget[name] : undefined;
  const { code } = LIMITS[name];
  if (spendable !== undefined && spendable < limits[name]) return { most: spendable, path: `budget.${name}`, code };
  return { most: limits[name], path: `limits.${name}`, code };
}

/** What a run has used, counted against its limits and budgets. A child's ledger also counts for its parent. */
export class Ledger implements RunBudget {
  calls = 0;
  callsInFlight = 0;
  llmCalls = 0;
  toolCalls = 0;
  tokens = 0;
  usd = 0;
  /** Of the tokens: those whose price nobody knows. */
  unpriced = 0;
  /** Put aside by calls under way. */
  #aside: Spending = { tokens: 0, usd: 0 };
  #waiting: (() => void)[] = [];
  readonly #caps: Readonly<Record<Counted | "tokens" | "usd", Cap>>;

  constructor(
    limits: Limits,
    budget: Budget = {},
    private readonly parent?: Ledger,
  ) {
    const cap = (name: LimitName) => capOf(limits, budget, name);
    this.#caps = {
      ...{ calls: cap("calls"), callsInFlight: cap("callsInFlight"), llmCalls: cap("llmCalls") },
      ...{ toolCalls: cap("toolCalls"), tokens: cap("tokens") },
      usd: { most: budget.usd ?? Number.POSITIVE_INFINITY, path: "budget.usd", code: "limit.usd" },
    };
  }

  /** Takes over what was used before. */
  restore({ calls, llmCalls, toolCalls, tokens, usd }: LedgerTotals): void {
    Object.assign(this, { calls, llmCalls, toolCalls, tokens, usd });
  }

  /** Counts a call in; `release` counts it out of those under way. */
  enter(counter: Counter | undefined): void {
    this.#check("calls", this.calls + 1);
    this.#check("callsInFlight", this.callsInFlight + 1);
    if (counter !== undefined) this.#check(counter, this[counter] + 1);
    this.parent?.enter(counter);
    this.calls++;
    this.callsInFlight++;
    if (counter !== undefined) this[counter]++;
  }

  /** The call ended. */
  release(): void {
    this.callsInFlight--;
    this.parent?.release();
  }

  left(): Spending {
    const above = this.parent?.left() ?? { tokens: Number.POSITIVE_INFINITY, usd: Number.POSITIVE_INFINITY };
    const { tokens, usd } = this.#free();
    return { tokens: Math.min(tokens, above.tokens), usd: Math.min(usd, above.usd) };
  }

  #free(): Spending {
    const { tokens, usd } = this.#caps;
    return {
      tokens: Math.max(0, tokens.most - this.tokens - this.#aside.tokens),
      usd: Math.max(0, usd.most - this.usd - this.#aside.usd),
    };
  }

  async reserve(worst: Spending, signal: AbortSignal): Promise<Reservation> {
    for (;;) {
      signal.throwIfAborted();
      const short = this.#shortOf(worst);
      if (short === undefined) return this.#putAside(worst);
      await new Promise<void>((resolve) => {
        short.#waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** The ledger that has not enough just now; throws where it will not have it either when all that is aside comes back. */
  #shortOf(worst: Spending): Ledger | undefined {
    const free = this.#free();
    for (const kind of ["tokens", "usd"] as const) {
      if (worst[kind] <= free[kind]) continue;
      if (this.#aside[kind] > 0 && worst[kind] <= this.#caps[kind].most - this[kind]) return this;
      throw this.#spent(kind, worst[kind], this.#caps[kind].most - this[kind]);
    }
    return this.parent === undefined ? undefined : this.parent.#shortOf(worst);
  }

  #spent(kind: "tokens" | "usd", worst: number, left: number): SpellError {
    const { most, path, code } = this.#caps[kind];
    const amount = (value: number) => (kind === "usd" ? `$${round(value)}` : `${Math.max(0, value)} tokens`);
    const message = `The call could take up to ${amount(worst)}; ${amount(Math.max(0, left))} of ${path} = ${most} are left`;
    return new SpellError(code, message, { details: { limit: path, value: most, left: Math.max(0, left) } });
  }

  #putAside(worst: Spending): Reservation {
    this.#hold(worst);
    let open = true;
    return {
      settle: (spent) => {
        if (open) this.#settle(worst, soundSpent(spent, worst));
        open = false;
      },
    };
  }

  #hold(worst: Spending): void {
    this.#aside = { tokens: this.#aside.tokens + worst.tokens, usd: this.#aside.usd + worst.usd };
    if (this.parent !== undefined) this.parent.#hold(worst);
  }

  #settle(worst: Spending, spent: Spent): void {
    const { tokens, usd } = this.#aside;
    this.#aside = { tokens: Math.max(0, tokens - worst.tokens), usd: Math.max(0, usd - worst.usd) };
    this.tokens += spent.tokens;
    this.usd += spent.usd;
    this.unpriced += spent.unpriced ?? 0;
    if (this.parent !== undefined) this.parent.#settle(worst, spent);
    for (const go of this.#waiting.splice(0)) go();
  }

  #check(name: Counted, value: number): void {
    const { most, path, code } = this.#caps[name];
    if (value <= most) return;
    throw new SpellError(code, `${LIMITS[name].doc} would be ${value}, over ${path} = ${most}`, {
      details: { limit: path, value: most },
    });
  }
}

/** Dollars with four digits that matter. */
function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}
