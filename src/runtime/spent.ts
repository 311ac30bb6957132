import type { CallUse } from "../contract/spending.ts";

const KINDS = ["tokens", "usd", "calls", "llmCalls", "toolCalls"] as const;

/** What a call has used so far. */
export class Spent {
  /** It was answered: what comes now is not in its answer any more. */
  isOver = false;
  #use: Record<(typeof KINDS)[number], number> = { tokens: 0, usd: 0, calls: 0, llmCalls: 0, toolCalls: 0 };

  add(use: CallUse): void {
    for (const kind of KINDS) this.#use[kind] += use[kind] ?? 0;
  }

  /** All of it, without the counts that are none; undefined where it used nothing. Nothing is left. */
  take(): CallUse | undefined {
    const use = this.#use;
    if (KINDS.every((kind) => use[kind] === 0)) return undefined;
    this.#use = { tokens: 0, usd: 0, calls: 0, llmCalls: 0, toolCalls: 0 };
    const { tokens, usd, ...counts } = use;
    return { tokens, usd, ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)) };
  }
}
