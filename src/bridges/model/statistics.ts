/** Figures about samples. Empty samples have none. */

/** The value below which this share of a sample lies, between two of its values where need be. */
export function quantile(values: readonly number[], share: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low = 0, high = low] = [sorted[below], sorted[below + 1]];
  return low + (place - below) * (high - low);
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The variance of a sample, by one less than its size. */
export function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/** What the median of absolute deviations is multiplied by to be a standard deviation, where things are normal. */
const NORMAL = 1.4826;

/**
 * How far the newest value is from the median of all, in robust standard deviations: the median of absolute deviations,
 * or where that is 0 (more than half are equal) their mean. Undefined where all are equal.
 */
export function robustScores(values: readonly number[]): readonly number[] | undefined {
  const middle = quantile(values, 0.5);
  if (middle === undefined) return undefined;
  const deviations = values.map((value) => Math.abs(value - middle));
  const mad = quantile(deviations, 0.5) ?? 0;
  // 1.2533 is the same for the mean of absolute deviations.
  const scale = mad > 0 ? NORMAL * mad : 1.2533 * mean(deviations);
  return scale === 0 ? undefined : values.map((value) => (value - middle) / scale);
}

/** How likely a standard normal value is to be as far from 0, on either side. */
export function normalTail(z: number): number {
  return incompleteGammaTail(0.5, (z * z) / 2);
}

/** How likely a value of Student's t is to be as far from 0, on either side. */
export function studentTail(t: number, freedom: number): number {
  return incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/** The t that a two-sided share of `tail` lies beyond: by halving, exact to nine places. */
export function studentLimit(tail: number, freedom: number): number {
  let [low, high] = [0, 1e3];
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Lanczos' approximation, g = 7. */
function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + 7.5;
  const sum = terms.reduce((total, term, index) => total + term / (shifted + index + 1), 0.99999999999980993);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

const EPSILON = 1e-15;
const TINY = 1e-300;

/** The regularised incomplete beta function, by its continued fraction (Lentz). */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let sum = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    sum *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    sum *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return front * sum;
}

/** The regularised upper incomplete gamma function: a series near 0, else a continued fraction. */
function incompleteGammaTail(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = 1; n < 500 && Math.abs(term) > Math.abs(sum) * EPSILON; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let product = d;
  for (let n = 1; n < 500; n++) {
    const factor = -n * (n - a);
    b += 2;
    d = 1 / notZero(factor * d + b);
    c = notZero(b + factor / c);
    product *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return front * product;
}

function notZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
