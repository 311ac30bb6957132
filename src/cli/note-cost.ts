import type { Outcome } from "../runtime/index.ts";
import { flagOption, type CommandInput } from "./command.ts";

/** What a run spent, as a line on standard error: where it spent anything, and nobody asked for silence or JSON. */
export function noteCost(input: CommandInput, { usage, unpricedTokens = 0 }: Outcome): void {
  if (flagOption(input, "quiet") || flagOption(input, "json")) return;
  const { usd, tokens, llmCalls } = usage;
  if (usd === 0 && unpricedTokens === 0) return;
  const calls = `${llmCalls} ${llmCalls === 1 ? "call" : "calls"} to models`;
  const unknown = unpricedTokens === 0 ? "" : `, of which ${unpricedTokens} at a price that nobody knows`;
  const { note, style } = input.terminal;
  note(style.dim(`llmspell: spent ${showDollars(usd)} on ${calls} (${tokens} tokens${unknown})`));
}

/** Dollars with as many places as matter. */
function showDollars(usd: number): string {
  return `$${usd >= 1 || usd === 0 ? usd.toFixed(2) : String(Number(usd.toPrecision(2)))}`;
}
