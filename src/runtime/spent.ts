import type { Spending } from "../contract/spending.ts";

/** What a call has spent so far. */
export class Spent implements Spending {
  tokens = 0;
  usd = 0;
  /** It was answered: what comes now is not in its answer any more. */
  isOver = false;

  add({ tokens, usd }: Spending): void {
    this.tokens += tokens;
    this.usd += usd;
  }

  /** All of it; nothing is left. */
  take(): Spending {
    const { tokens, usd } = this;
    this.tokens = 0;
    this.usd = 0;
    return { tokens, usd };
  }
}
