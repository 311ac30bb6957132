import type { PoolLimits } from "./limits.ts";

/** Where it begins where nobody says the most. */
const MOST = 64;
const START = 4;

/** Adaptive concurrency: additive increase, multiplicative decrease. */
export class Adaptive {
  readonly #least: number;
  readonly #most: number;
  readonly #backOff: number;
  readonly #slow: number;
  #now: number;
  #good = 0;
  /** Calls that began before this time say nothing about the concurrency that holds since. */
  #since = Number.NEGATIVE_INFINITY;

  constructor(options: NonNullable<PoolLimits["adaptive"]>, most: number | undefined) {
    this.#most = most ?? MOST;
    this.#least = Math.min(options.least, this.#most);
    this.#backOff = options.backOff;
    this.#slow = options.slow ?? Number.POSITIVE_INFINITY;
    this.#now = Math.max(this.#least, most ?? START);
  }

  get concurrency(): number {
    return this.#now;
  }

  /** A call that began at `began` ended at `ended`, well or because there were too many. */
  note(began: number, ended: number, isTooMany: boolean): void {
    if (!isTooMany && ended - began <= this.#slow) {
      if (++this.#good < this.#now) return;
      this.#good = 0;
      this.#now = Math.min(this.#most, this.#now + 1);
      return;
    }
    this.#good = 0;
    // Of many that fail at once, one is the sign.
    if (began < this.#since) return;
    this.#since = ended;
    this.#now = Math.max(this.#least, Math.floor(this.#now * this.#backOff));
  }
}
