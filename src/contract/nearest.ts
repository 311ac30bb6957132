/** Longer names are not compared: nobody mistypes them by a letter or two, and the time grows with the square. */
const MAX_LENGTH = 64;

/**
 * The candidate that `name` most likely was meant to be, for "did you mean": the same letters in another case
 * or with other separators, else the fewest slips (at most a third of the letters; two letters swapped are one
 * slip), else the only candidate that begins with it.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length === 0 || name.length > MAX_LENGTH) return undefined;
  const wanted = plain(name);
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestSlips = allowed + 1;
  const begins: string[] = [];
  for (const candidate of candidates) {
    if (candidate.length > MAX_LENGTH) continue;
    const other = plain(candidate);
    if (wanted.length >= 3 && other.startsWith(wanted)) begins.push(candidate);
    // A name of one or two letters is not a slip of every other such name.
    const slips = Math.abs(other.length - wanted.length) > allowed ? bestSlips : countSlips(wanted, other);
    if (slips < bestSlips && slips < Math.max(other.length, wanted.length)) [best, bestSlips] = [candidate, slips];
  }
  return best ?? (begins.length === 1 ? begins[0] : undefined);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, "");
}

/** Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours. */
function countSlips(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      next.push(cost);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
