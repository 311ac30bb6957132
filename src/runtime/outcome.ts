import type { Failure } from "../contract/errors.ts";
import type { RecordedUsage } from "../contract/journal.ts";
import type { Value } from "../contract/value.ts";

/** How a run ended. */
export interface Outcome {
  readonly id: string;
  readonly failure: Failure | undefined;
  readonly result: Value;
  readonly usage: RunUsage;
  /** Of `usage.tokens`: those whose price nobody knows. */
  readonly unpricedTokens?: number;
}

/** What a run used; `fuel` in steps of the engine, as limits.fuel counts them, `usd` by list prices. */
export type RunUsage = RecordedUsage;

/** How a part of a run ended, and what it printed to standard output. */
export interface NestedOutcome extends Outcome {
  readonly output: string;
}
