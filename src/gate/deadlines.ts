/** What happens when it is not taken back in time. */
export interface Deadline {
  readonly at: number;
  readonly miss: () => void;
}

/** Deadlines that are all equally far away when they are set: the first one set is the first one due, and one timer does for all. */
export class Deadlines {
  /** In the order in which they are due. */
  readonly #open = new Set<Deadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `distance` is in ms, and `elapsed` gives ms by a clock that nobody sets. */
  constructor(
    private readonly distance: number,
    private readonly elapsed: () => number,
  ) {}

  set(miss: () => void): Deadline {
    const deadline = { at: this.elapsed() + this.distance, miss };
    this.#open.add(deadline);
    if (this.#timer === undefined) this.#arm(this.distance);
    else if (this.#open.size === 1) this.#timer.ref();
    return deadline;
  }

  takeBack(deadline: Deadline): void {
    this.#open.delete(deadline);
    // Set again for each of many short calls it would cost more than they do.
    if (this.#open.size === 0) this.#timer?.unref();
  }

  /** None is missed any more. */
  close(): void {
    this.#open.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#look(), milliseconds);
  }

  #look(): void {
    this.#timer = undefined;
    for (const deadline of this.#open) {
      const left = deadline.at - this.elapsed();
      if (left > 0) return this.#arm(left);
      this.#open.delete(deadline);
      deadline.miss();
    }
  }
}
