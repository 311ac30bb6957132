/** The value that `share` of the numbers do not exceed: 0.5 is the median. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle of the numbers. */
export function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5);
}

/** A number with as many digits as its size deserves. */
export function show(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
