/** One answer of a vote. */
export interface Ballot<T> {
  readonly model: string;
  readonly weight: number;
  readonly content: T;
}

/** What a vote came to. */
export interface Tally<T> {
  readonly winner: Ballot<T>;
  /** Those that say the same. */
  readonly supporters: readonly Ballot<T>[];
  /** The share of the weights that is theirs. */
  readonly agreement: number;
}

/** The answer with the most weight; of equal ones the one that was named first. */
export function byMajority<T>(ballots: readonly Ballot<T>[], keyOf: (content: T) => string): Tally<T> | undefined {
  const camps = new Map<string, Ballot<T>[]>();
  for (const ballot of ballots) {
    const key = keyOf(ballot.content);
    camps.set(key, [...(camps.get(key) ?? []), ballot]);
  }
  let best: readonly Ballot<T>[] = [];
  for (const camp of camps.values()) if (weightOf(camp) > weightOf(best)) best = camp;
  const [winner] = best;
  return winner && { winner, supporters: best, agreement: weightOf(best) / weightOf(ballots) };
}

/** The answer that is most like the others, and how like them each is; supporters are those that are more like it than not. */
export function bySimilarity<T>(
  ballots: readonly Ballot<T>[],
  similarity: (first: number, second: number) => number,
): (Tally<T> & { readonly scores: readonly number[] }) | undefined {
  const scores = ballots.map((_, index) => {
    const others = ballots.map((other, at) => ({ ...other, at })).filter(({ at }) => at !== index);
    const total = others.reduce((sum, { at, weight }) => sum + weight * similarity(index, at), 0);
    return others.length === 0 ? 1 : total / weightOf(others);
  });
  let best = 0;
  for (const [index, score] of scores.entries()) if (score > (scores[best] ?? 0)) best = index;
  const winner = ballots[best];
  if (winner === undefined) return undefined;
  const supporters = ballots.filter((_, index) => index === best || similarity(best, index) >= 0.5);
  return { winner, supporters, agreement: weightOf(supporters) / weightOf(ballots), scores };
}

function weightOf(ballots: readonly { readonly weight: number }[]): number {
  return ballots.reduce((sum, { weight }) => sum + weight, 0);
}
