import type { Usage } from "../../contract/provider.ts";

/** More tokens than any model takes or gives: a server that counts more counts something else. */
const MOST = 1e9;

/** A server's own count of tokens. What is none, or cannot be one, is as if the server had not said it: undefined. */
export function tokenCount(given: unknown): number | undefined {
  return typeof given === "number" && Number.isSafeInteger(given) && given >= 0 && given <= MOST ? given : undefined;
}

/** What a server counts besides the tokens of prompt and answer, as it says it. */
export interface CountedParts {
  readonly cached?: unknown;
  readonly cacheWrite?: unknown;
}

/** The input as we count it: what came from the cache or went there is a part of it, and never more. */
export function inputUsage(tokens: unknown, { cached, cacheWrite }: CountedParts): Omit<Usage, "outputTokens"> {
  const inputTokens = tokenCount(tokens) ?? 0;
  const cachedTokens = Math.min(tokenCount(cached) ?? 0, inputTokens);
  const cacheWriteTokens = Math.min(tokenCount(cacheWrite) ?? 0, inputTokens - cachedTokens);
  return {
    inputTokens,
    ...(cachedTokens > 0 && { cachedTokens }),
    ...(cacheWriteTokens > 0 && { cacheWriteTokens }),
  };
}

/** The output as we count it, or as it was counted `before`: what was thought is a part of it, and never more. */
export function outputUsage(
  tokens: unknown,
  thought: unknown,
  before = 0,
): Pick<Usage, "outputTokens" | "thinkingTokens"> {
  const outputTokens = tokenCount(tokens) ?? before;
  const thinkingTokens = Math.min(tokenCount(thought) ?? 0, outputTokens);
  return { outputTokens, ...(thinkingTokens > 0 && { thinkingTokens }) };
}
