/** What calls to models cost. */
export interface Spending {
  readonly tokens: number;
  /** US dollars. */
  readonly usd: number;
}

/** What a call cost in the end. */
export interface Spent extends Spending {
  /** Of the tokens: those whose price nobody knows. */
  readonly unpriced?: number;
  /** Of the tokens: those of the answer. */
  readonly outputTokens?: number;
}

/** What may be booked: nothing below 0, and where the sums are none, all of the `worst` case. */
export function soundSpent(spent: Spent, worst: Spending): Spent {
  const sum = (given: number, most: number) => Math.max(0, [given, most].find(Number.isFinite) ?? 0);
  const tokens = sum(spent.tokens, worst.tokens);
  const usd = sum(spent.usd, worst.usd);
  const part = (given: number) => Math.min(sum(given, tokens), tokens);
  const { unpriced, outputTokens } = spent;
  return {
    ...{ tokens, usd },
    ...(unpriced !== undefined && { unpriced: part(unpriced) }),
    ...(outputTokens !== undefined && { outputTokens: part(outputTokens) }),
  };
}

/** What one call of the script used besides being a call itself: also what bridges called for it. */
export interface CallUse extends Spent {
  readonly calls?: number;
  readonly llmCalls?: number;
  readonly toolCalls?: number;
}

/** A part of the run's budget that is put aside for one call. */
export interface Reservation {
  /** Says what was really spent and gives back the rest. The first time counts. */
  settle(spent: Spent): void;
}

/** The budget as a bridge's call has it: that of the run and of every run that it belongs to. */
export interface RunBudget {
  /** What is neither spent nor put aside; infinite where there is no such budget. */
  left(): Spending;
  /**
   * Puts the worst case of a call aside, so that calls at once cannot spend more than there is. Waits while what others
   * have put aside may come back. Rejects with `limit.tokens` or `limit.usd` where it will never be enough.
   */
  reserve(worst: Spending, signal: AbortSignal): Promise<Reservation>;
}

/** What a model asks for its tokens. */
export interface Price {
  /** False where nobody knows: then {@link cost} is 0. */
  readonly known: boolean;
  /** The day of the price data, as `2026-09-23`; absent where nothing is asked for. */
  readonly asOf?: string;
  /** Tokens that the model takes, where the data say it. */
  readonly contextLength?: number;
  /** US dollars for a call. */
  cost(usage: PricedTokens): number;
}

/** Tokens of a call. Those read from and written to the provider's cache are part of the input. */
export interface PricedTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens?: number;
  readonly cacheWriteTokens?: number;
}
