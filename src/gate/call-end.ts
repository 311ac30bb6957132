/**
 * How a call is ended from outside: by its script, its time, or the end of the run. The signal that bridges get is made
 * when one first looks at it, as most calls are over before: a signal costs more than all the rest of such a call.
 */
export class CallEnd {
  /** When the call's time is over, by the gate's clock. */
  due = Infinity;
  #isEnded = false;
  #reason: unknown;
  #controller: AbortController | undefined;
  #onEnd: ((reason: unknown) => void) | undefined;

  /** Ends the call, once: what comes later is not heard. */
  end(reason: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#onEnd?.(reason);
  }

  /** Aborted with the reason of the end. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isEnded) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Tells one listener of the end, behind those of the signal; at once where it has ended. */
  listen(onEnd: (reason: unknown) => void): void {
    if (this.#isEnded) onEnd(this.#reason);
    else this.#onEnd = onEnd;
  }
}
