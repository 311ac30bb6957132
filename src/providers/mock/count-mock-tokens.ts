/** Letters and digits that the mock takes for one token. */
const CHARACTERS_A_TOKEN = 4;

/** A word, or a single sign; spaces count nothing. */
const PIECE = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;

/** Tokens by the mock's rule: each word counts one for every four of its letters, begun ones included, and each sign one. */
export function countMockTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(PIECE)) tokens += Math.ceil(piece.length / CHARACTERS_A_TOKEN);
  return tokens;
}

/** The longest beginning of a text that has at most so many tokens, and whether anything was cut off. */
export function cutToTokens(text: string, maxTokens: number): { readonly text: string; readonly cut: boolean } {
  let left = maxTokens;
  for (const match of text.matchAll(PIECE)) {
    const [piece] = match;
    const needed = Math.ceil(piece.length / CHARACTERS_A_TOKEN);
    if (needed > left) {
      return { text: text.slice(0, match.index + left * CHARACTERS_A_TOKEN).trimEnd(), cut: true };
    }
    left -= needed;
  }
  return { text, cut: false };
}
