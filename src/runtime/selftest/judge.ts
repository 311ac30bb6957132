import type { AttackCase } from "./attack-case.ts";
import type { BrokerAnswer } from "./broker-message.ts";
import { EXACT_OR_ERROR } from "./expected-value.ts";
import type { Verdict } from "./verdict.ts";

/** How one case went on one engine. */
export interface CaseResult {
  readonly id: string;
  readonly engine: string;
  readonly class: string;
  readonly passed: boolean;
  readonly verdict: string;
  /** The code of the error that it ended with; empty where there was none. */
  readonly code: string;
  /** Why it failed. */
  readonly faults: readonly string[];
  readonly milliseconds: number;
  /** Why the script is another than the case's. */
  readonly mended?: string;
}

/** What a case came to, before anything that it left behind is looked at. */
export interface CaseEnding {
  readonly verdict: Verdict | "crash";
  readonly code: string;
  readonly message: string;
  /** Modules that it uses and this version does not have. */
  readonly missing: readonly string[];
  /** What is wrong with the value of a run that ended well. */
  readonly valueFault: string | undefined;
}

/** What is wrong with the way a case ended; undefined where it ended as it may. */
export function judgeEnding({ accepts, value }: AttackCase, ending: CaseEnding): string | undefined {
  const { verdict, code, message, missing, valueFault } = ending;
  const isLacking = missing.length > 0 && (verdict === "error" || verdict === "denied");
  if (isLacking) {
    // To be refused because there is nothing to be had is as good as any refusal.
    const isRefused = accepts.some((accepted) => accepted !== "ok");
    return isRefused ? undefined : `it needs ${missing.join(", ")}, which this version does not have`;
  }
  // The value is the rule here: to be refused is as good as to be exact.
  const isRefusal = value === EXACT_OR_ERROR && verdict === "error";
  if (verdict === "crash" || !(isRefusal || accepts.includes(verdict))) {
    const how = code === "" ? "" : ` (${code}: ${message.slice(0, 200)})`;
    return `${verdict}${how} instead of ${accepts.join(" or ")}`;
  }
  return verdict === "ok" ? valueFault : undefined;
}

/** How much longer a run may take than its limit, in ms. */
export const TIME_SLACK = 500;

/** What a broker's resident memory may grow by for a moment, and for good, in bytes. */
const MEMORY_SLACK = { peak: 128, after: 48 } as const;
const MIB = 1024 * 1024;

/** Too late, and whether that is the only fault. */
export function judgeTime({ milliseconds }: BrokerAnswer, wallTime: number): string | undefined {
  const over = milliseconds - wallTime;
  return over <= TIME_SLACK ? undefined : `the run ended ${over} ms after its time was up`;
}

/** What is wrong with a broker after a case. */
export function judgeBroker({ memory, faults }: BrokerAnswer): string[] {
  const { before, peak, after } = memory;
  const grown = (bytes: number) => Math.round((bytes - before) / MIB);
  return [
    ...faults,
    ...(grown(peak) > MEMORY_SLACK.peak ? [`the broker's memory grew by ${grown(peak)} MiB during the run`] : []),
    ...(grown(after) > MEMORY_SLACK.after ? [`the broker's memory grew by ${grown(after)} MiB for good`] : []),
  ];
}
