import type { Origin } from "./profile.ts";

/** A call that a person must allow before it happens. What is shown is what will be done: nothing changes it afterwards. */
export interface ApprovalRequest {
  /** The canonical name: `files.write`. */
  readonly call: string;
  /** The parsed arguments by name. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Why it is asked: the rule's text, and where that stands. */
  readonly rule: string;
  readonly origin: Origin;
}

/**
 * What was answered: `once` this call, `run` all calls of this rule and function in this run, `always` those with
 * this first argument in later runs too, or `no`. `nobody`: there is none to ask; `late`: nobody answered in time.
 */
export type ApprovalAnswer = "once" | "run" | "always" | "no" | "nobody" | "late";

/** Asks the person. */
export type Approve = (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer>;
