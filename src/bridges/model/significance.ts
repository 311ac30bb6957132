import { mean, normalTail, studentLimit, studentTail, variance } from "./statistics.ts";

/** One arm of an experiment: how often it came out well, or what was measured. */
export type Sample =
  | { readonly kind: "rate"; readonly successes: number; readonly trials: number }
  | { readonly kind: "values"; readonly values: readonly number[] };

/** What two arms differ in. */
export interface Comparison {
  readonly first: string;
  readonly second: string;
  readonly test: "two-proportion z" | "Welch's t";
  readonly statistic: number;
  /** How likely so great a difference is where there is none. */
  readonly p: number;
  /** The same, made larger because several pairs are compared (Holm). */
  readonly adjustedP: number;
  /** The second's mean or rate less the first's, and where it lies with 95%. */
  readonly difference: number;
  readonly interval: readonly [low: number, high: number];
  readonly isSignificant: boolean;
  /** Too few results for the test to be relied on. */
  readonly isSmall: boolean;
}

/** The mean of an arm, or its rate. */
export function level(sample: Sample): number {
  return sample.kind === "rate" ? sample.successes / sample.trials : mean(sample.values);
}

/** How many results an arm has. */
export function sizeOf(sample: Sample): number {
  return sample.kind === "rate" ? sample.trials : sample.values.length;
}

/** Compares every two arms; `alpha` is the share of false alarms that is put up with, over all pairs. */
export function compareArms(arms: ReadonlyMap<string, Sample>, alpha: number): Comparison[] {
  const names = [...arms.keys()];
  const pairs = names.flatMap((first, index) =>
    names.slice(index + 1).flatMap((second) => {
      const [a, b] = [arms.get(first), arms.get(second)];
      const found = a === undefined || b === undefined ? undefined : compareTwo(a, b);
      return found === undefined ? [] : [{ first, second, ...found }];
    }),
  );
  const adjusted = holm(pairs.map(({ p }) => p));
  return pairs.map((pair, index) => {
    const adjustedP = adjusted[index] ?? pair.p;
    return { ...pair, adjustedP, isSignificant: adjustedP < alpha };
  });
}

type Two = Omit<Comparison, "first" | "second" | "adjustedP" | "isSignificant">;

function compareTwo(a: Sample, b: Sample): Two | undefined {
  if (a.kind === "rate" && b.kind === "rate") return compareRates(a, b);
  if (a.kind === "values" && b.kind === "values") return compareMeans(a.values, b.values);
  return undefined;
}

/** The normal value that 2.5% lie beyond. */
const Z95 = 1.959963984540054;

/** Fewer successes or failures than this, and the normal distribution is no good likeness. */
const FEW = 5;

function compareRates(a: Sample & { readonly kind: "rate" }, b: Sample & { readonly kind: "rate" }): Two | undefined {
  if (a.trials === 0 || b.trials === 0) return undefined;
  const [p1, p2] = [a.successes / a.trials, b.successes / b.trials];
  const pooled = (a.successes + b.successes) / (a.trials + b.trials);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.trials + 1 / b.trials));
  const difference = p2 - p1;
  const statistic = error === 0 ? 0 : difference / error;
  const spread = Z95 * Math.sqrt((p1 * (1 - p1)) / a.trials + (p2 * (1 - p2)) / b.trials);
  const counts = [a.successes, a.trials - a.successes, b.successes, b.trials - b.successes];
  return {
    test: "two-proportion z",
    statistic,
    p: normalTail(statistic),
    difference,
    interval: [difference - spread, difference + spread],
    isSmall: counts.some((count) => count < FEW),
  };
}

function compareMeans(a: readonly number[], b: readonly number[]): Two | undefined {
  if (a.length < 2 || b.length < 2) return undefined;
  const [va, vb] = [variance(a) / a.length, variance(b) / b.length];
  const error = Math.sqrt(va + vb);
  const difference = mean(b) - mean(a);
  const isSmall = Math.min(a.length, b.length) < FEW;
  if (error === 0) {
    // Neither varies: they are the same, or they are not.
    const p = difference === 0 ? 1 : 0;
    return { test: "Welch's t", statistic: 0, p, difference, interval: [difference, difference], isSmall };
  }
  const freedom = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  const statistic = difference / error;
  const spread = studentLimit(0.05, freedom) * error;
  return {
    test: "Welch's t",
    statistic,
    p: studentTail(statistic, freedom),
    difference,
    interval: [difference - spread, difference + spread],
    isSmall,
  };
}

/** Holm's step-down: the least of n is multiplied by n, the next by n - 1, and none is less than one before it. */
function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).toSorted((a, b) => (ps[a] ?? 0) - (ps[b] ?? 0));
  const adjusted: number[] = [];
  let least = 0;
  for (const [rank, index] of order.entries()) {
    least = Math.min(1, Math.max(least, (ps[index] ?? 0) * (ps.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}
