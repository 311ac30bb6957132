import type { Clock } from "../../contract/effects.ts";
import { SpellError } from "../../contract/errors.ts";
import { Adaptive } from "./adaptive.ts";
import type { PoolLimits } from "./limits.ts";
import { SlidingWindow } from "./sliding-window.ts";

type Queue = InstanceType<(typeof import("p-queue"))["default"]>;
type Breaker = import("cockatiel").CircuitBreakerPolicy;

/** What a provider or model is asked, as far as its lane must know. */
export interface Passage {
  readonly signal: AbortSignal;
  /** Tokens that it will take, as far as one can know. */
  readonly estimate: number;
  /** Places higher in the queue go first; 0 unless told. */
  readonly priority?: number;
}

/** What a passage came to: its value, and its tokens. */
export interface Passed<T> {
  readonly value: T;
  readonly tokens: number;
}

/** Failures that tell of the server and not of the question. */
const FAULTS: ReadonlySet<string> = new Set([
  "provider.rate-limit",
  "provider.server",
  "provider.timeout",
  "provider.network",
  "pool.timeout",
]);

/** The queue, windows, breaker and timeout that all calls to one target pass. */
export class Lane {
  refused = 0;
  readonly #queue: Queue;
  readonly #breaker: Breaker | undefined;
  readonly #adaptive: Adaptive | undefined;
  readonly #requests: SlidingWindow | undefined;
  readonly #tokens: SlidingWindow | undefined;

  private constructor(
    readonly target: string,
    readonly limits: PoolLimits,
    private readonly clock: Clock,
    made: { readonly queue: Queue; readonly breaker: Breaker | undefined },
  ) {
    const { adaptive, concurrency, requestsPerMinute, tokensPerMinute } = limits;
    this.#queue = made.queue;
    this.#breaker = made.breaker;
    this.#adaptive = adaptive === undefined ? undefined : new Adaptive(adaptive, concurrency);
    this.#requests = requestsPerMinute === undefined ? undefined : new SlidingWindow(requestsPerMinute, clock);
    this.#tokens = tokensPerMinute === undefined ? undefined : new SlidingWindow(tokensPerMinute, clock);
    this.#queue.concurrency = this.concurrency;
  }

  /** Loads what lanes are made of, and makes one. */
  static async open(target: string, limits: PoolLimits, clock: Clock): Promise<Lane> {
    const [{ default: PQueue }, { circuitBreaker, ConsecutiveBreaker, handleWhen }] = await Promise.all([
      import("p-queue"),
      import("cockatiel"),
    ]);
    const { breaker: options } = limits;
    const breaker =
      options &&
      circuitBreaker(handleWhen(isFault), {
        halfOpenAfter: options.pause,
        breaker: new ConsecutiveBreaker(options.failures),
      });
    return new Lane(target, limits, clock, { queue: new PQueue(), breaker });
  }

  get concurrency(): number {
    return this.#adaptive?.concurrency ?? this.limits.concurrency ?? Number.POSITIVE_INFINITY;
  }

  get running(): number {
    return this.#queue.pending;
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** `closed`, `open` or `half-open`; undefined where there is none. */
  get breaker(): "closed" | "open" | "half-open" | undefined {
    return this.#breaker && STATES[this.#breaker.state];
  }

  /** Within the last minute; undefined where they are not limited. */
  get used(): { readonly requests: number | undefined; readonly tokens: number | undefined } {
    return { requests: this.#requests?.used(), tokens: this.#tokens?.used() };
  }

  /** Waits for its turn and does it. Rejects with `pool.*`, or with what the work rejects with. */
  async run<T>(passage: Passage, work: (signal: AbortSignal) => Promise<Passed<T>>): Promise<Passed<T>> {
    const { queue: most = Number.POSITIVE_INFINITY } = this.limits;
    if (this.running >= this.concurrency && this.queued >= most) {
      this.refused++;
      throw new SpellError("pool.full", `${most} calls wait for "${this.target}" already`, {
        details: { target: this.target, queue: most },
      });
    }
    const { signal, priority = 0 } = passage;
    try {
      return await this.#queue.add(() => this.#guarded(passage, work), { signal, priority });
    } catch (error) {
      // p-queue rejects with an error of its own.
      if (signal.aborted) throw signal.reason;
      throw error;
    }
  }

  #isOpen(): SpellError {
    const { failures = 0 } = this.limits.breaker ?? {};
    return new SpellError("pool.open", `"${this.target}" failed ${failures} times in a row and gets no calls for now`, {
      details: { target: this.target, failures },
    });
  }

  async #guarded<T>(passage: Passage, work: (signal: AbortSignal) => Promise<Passed<T>>): Promise<Passed<T>> {
    const breaker = this.#breaker;
    if (breaker === undefined) return this.#timed(passage, work);
    const { isBrokenCircuitError } = await import("cockatiel");
    try {
      return await breaker.execute(() => this.#timed(passage, work));
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
      this.refused++;
      throw this.#isOpen();
    }
  }

  async #timed<T>(
    { signal, estimate }: Passage,
    work: (signal: AbortSignal) => Promise<Passed<T>>,
  ): Promise<Passed<T>> {
    const [, settleTokens] = await Promise.all([this.#requests?.take(1, signal), this.#tokens?.take(estimate, signal)]);
    const controller = new AbortController();
    const cancel = () => controller.abort(signal.reason);
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    const { timeout } = this.limits;
    const timer = timeout === undefined ? undefined : setTimeout(() => controller.abort(this.#late(timeout)), timeout);
    const began = this.clock.now();
    try {
      const passed = await work(controller.signal);
      settleTokens?.(passed.tokens);
      this.#adapt(began, false);
      return passed;
    } catch (error) {
      if (controller.signal.aborted && !signal.aborted) {
        this.#adapt(began, true);
        throw controller.signal.reason;
      }
      if (isTooMany(error)) this.#adapt(began, true);
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  }

  #late(timeout: number): SpellError {
    return new SpellError("pool.timeout", `"${this.target}" took longer than the ${timeout} ms of its pool`, {
      details: { target: this.target, timeoutMs: timeout },
    });
  }

  #adapt(began: number, isSign: boolean): void {
    if (this.#adaptive === undefined) return;
    this.#adaptive.note(began, this.clock.now(), isSign);
    this.#queue.concurrency = this.#adaptive.concurrency;
  }
}

/** By the numbers of cockatiel's CircuitState: closed, open, half-open, isolated. */
const STATES = ["closed", "open", "half-open", "open"] as const;

function isFault(error: unknown): boolean {
  return error instanceof SpellError && FAULTS.has(error.code);
}

/** A 429, or 529, by which servers say that they have too much to do. */
function isTooMany(error: unknown): boolean {
  if (!(error instanceof SpellError)) return false;
  const { status } = (error.details ?? {}) as { readonly status?: unknown };
  return error.code === "provider.rate-limit" || status === 529 || status === 503;
}
