/** How far a key may be from what was written to be offered, in letters changed. */
const MAX_DISTANCE = 3;

/** The known key that is nearest to a wrong one, where any is near. */
export function nearestKey(wrong: string, known: readonly string[]): string | undefined {
  const near = known
    .map((key) => ({ key, distance: distanceOf(wrong.toLowerCase(), key.toLowerCase()) }))
    .filter(({ key, distance }) => distance <= Math.min(MAX_DISTANCE, Math.ceil(key.length / 2)))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.key;
}

/** Levenshtein's distance of two short texts. */
function distanceOf(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return MAX_DISTANCE + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
