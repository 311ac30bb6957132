import type { Value } from "./value.ts";

/** Answers of models that are kept, to be given again to the same question. */
export interface Answers {
  /**
   * What is kept for a question, or what `make` answers, which is kept then. While one is under way, the same question
   * waits for it; where that fails, the next in line asks itself. What cannot be kept is given all the same.
   */
  answer(
    question: KeptQuestion,
    make: () => Promise<Value>,
    signal: AbortSignal,
  ): Promise<{ readonly value: Value; readonly cached: boolean }>;
}

/** A question, and how its answer is kept. */
export interface KeptQuestion {
  /** All that an answer depends on: who may see it, who answers, and what is asked. */
  readonly question: readonly Value[];
  /** `run`: in memory, for this run; `shared`: on disk, for all runs of this person. */
  readonly scope: "run" | "shared";
  readonly run: string;
  /** How long it is kept, in milliseconds. */
  readonly ttl: number;
  /** How much is kept under the same rules; what was not used for longest goes first. */
  readonly maxBytes: number;
}
