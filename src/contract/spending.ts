/** What calls to models cost. */
export interface Spending {
  readonly tokens: number;
  /** US dollars. */
  readonly usd: number;
}

/** A part of the run's budget that is put aside for one call. */
export interface Reservation {
  /** Says what was really spent and gives back the rest. The first time counts. */
  settle(spent: Spending): void;
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
  /** False where nobody knows: then the dearest known model's price is taken. */
  readonly known: boolean;
  /** US dollars for a call. */
  cost(inputTokens: number, outputTokens: number): number;
}
