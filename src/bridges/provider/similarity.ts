/** Spaces, case, quotes and end marks aside: what makes two short answers the same. */
export function plainAnswer(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s+/gu, " ")
    .replace(/^[\s"'`*_“”‘’«».,;:!?…]+|[\s"'`*_“”‘’«».,;:!?…]+$/gu, "");
}

/** How alike two texts are, from 0 to 1: the share of their pairs of letters within words (Dice). */
export function textSimilarity(first: string, second: string): number {
  const [a, b] = [plainAnswer(first), plainAnswer(second)];
  if (a === b) return 1;
  const [left, right] = [pairsOf(a), pairsOf(b)];
  let common = 0;
  for (const [pair, count] of left.counts) common += Math.min(count, right.counts.get(pair) ?? 0);
  const all = left.total + right.total;
  return all === 0 ? 0 : (2 * common) / all;
}

function pairsOf(text: string): { readonly counts: ReadonlyMap<string, number>; readonly total: number } {
  const counts = new Map<string, number>();
  let total = 0;
  for (const word of text.split(" ")) {
    const letters = [...`^${word}$`];
    for (let index = 0; index + 1 < letters.length; index++) {
      const pair = `${letters[index]}${letters[index + 1]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
      total++;
    }
  }
  return { counts, total };
}

/** The cosine of the angle between two vectors, at least 0. */
export function cosine(first: readonly number[], second: readonly number[]): number {
  let [dot, left, right] = [0, 0, 0];
  for (const [index, a] of first.entries()) {
    const b = second[index] ?? 0;
    dot += a * b;
    left += a * a;
    right += b * b;
  }
  return left === 0 || right === 0 ? 0 : Math.max(0, dot / Math.sqrt(left * right));
}
