import type { Clock } from "../../contract/effects.ts";

const MINUTE = 60_000;

/** How much of something there was within the last minute, and who must wait for more of it. */
export class SlidingWindow {
  #taken: { readonly time: number; amount: number }[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly most: number,
    private readonly clock: Clock,
  ) {}

  /**
   * Waits until there is room for `amount`, takes it, and gives a function that says how much it really was. More than
   * there can ever be waits for an empty window. Those that wait are served in their order.
   */
  async take(amount: number, signal: AbortSignal): Promise<(really: number) => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = before.then(() => promise);
    try {
      await before;
      for (let pause = this.#pauseFor(amount); pause > 0; pause = this.#pauseFor(amount)) {
        await this.clock.sleep(pause, signal);
      }
      signal.throwIfAborted();
      const entry = { time: this.clock.now(), amount };
      this.#taken.push(entry);
      return (really) => {
        entry.amount = really;
      };
    } finally {
      resolve();
    }
  }

  /** What was taken within the last minute. */
  used(): number {
    const since = this.clock.now() - MINUTE;
    this.#taken = this.#taken.filter(({ time }) => time > since);
    return this.#taken.reduce((sum, { amount }) => sum + amount, 0);
  }

  /** Milliseconds until enough has left the window; 0 where there is room. */
  #pauseFor(amount: number): number {
    let used = this.used();
    for (const { time, amount: given } of this.#taken) {
      if (used + amount <= this.most) return 0;
      const pause = time + MINUTE - this.clock.now();
      used -= given;
      if (used + amount <= this.most || used <= 0) return Math.max(1, pause);
    }
    return 0;
  }
}
