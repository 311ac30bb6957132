/** How many latencies are kept of one model; the newest. */
const KEPT = 256;

/** What calls to one model were like in this run. */
export class Meter {
  calls = 0;
  failures = 0;
  rateLimited = 0;
  cancelled = 0;
  inFlight = 0;
  tokens = 0;
  readonly #latencies: number[] = [];

  begin(): void {
    this.calls++;
    this.inFlight++;
  }

  /** A call was answered well after so many milliseconds. */
  succeed(ms: number, tokens: number): void {
    this.inFlight--;
    this.tokens += tokens;
    this.#latencies.push(ms);
    if (this.#latencies.length > KEPT) this.#latencies.shift();
  }

  fail(code: string): void {
    this.inFlight--;
    if (code === "call.cancelled") this.cancelled++;
    else this.failures++;
    if (code === "provider.rate-limit") this.rateLimited++;
  }

  /** The latency that this share of calls is below, in ms; undefined where there was no good call yet. */
  latency(share: number): number | undefined {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }
}
