/** Counts the time of a run down, but for the time in which a person is asked: thinking is no use of the machine. */
export class WallTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #left: number;
  #since = 0;
  #waits = 0;
  #stopped = false;

  /** `milliseconds`: what there is; `onEnd` is called once when it is used up. Begins at {@link start}. */
  constructor(
    milliseconds: number,
    private readonly onEnd: () => void,
  ) {
    this.#left = milliseconds;
  }

  start(): void {
    if (this.#stopped || this.#waits > 0) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.onEnd, this.#left);
  }

  /** Stands still while `work` waits for a person; several may wait at once. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waits++ === 0 && this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#left -= performance.now() - this.#since;
    }
    try {
      return await work();
    } finally {
      if (--this.#waits === 0) this.start();
    }
  }

  /** Milliseconds that are left. */
  left(): number {
    const runs = this.#timer !== undefined && this.#waits === 0;
    return runs ? this.#left - (performance.now() - this.#since) : this.#left;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
