import { SpellError } from "../../contract/errors.ts";
import type { NetworkRules } from "../../contract/network.ts";

/** The time limits of one request, from its first step to the last byte of its answer. */
export class Watch {
  readonly #controller = new AbortController();
  readonly #total: ReturnType<typeof setTimeout> | undefined;
  readonly #caller: AbortSignal;
  readonly #cancel: () => void;

  constructor(
    private readonly rules: Pick<NetworkRules, "totalMs" | "idleMs">,
    caller: AbortSignal,
    private readonly host: string,
  ) {
    const { totalMs } = rules;
    this.#caller = caller;
    this.#cancel = () => this.#controller.abort(caller.reason);
    if (caller.aborted) this.#cancel();
    else caller.addEventListener("abort", this.#cancel, { once: true });
    if (totalMs === undefined) return;
    this.#total = setTimeout(() => this.#late(`did not finish within ${totalMs} ms`), totalMs);
  }

  /** Aborted when the caller gives up or the server is too slow. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for one thing that the server does, for as long as it may be idle. Rejects with the signal's reason. */
  async wait<T>(work: Promise<T>, what: string): Promise<T> {
    const { signal } = this.#controller;
    const { idleMs } = this.rules;
    const stopped = Promise.withResolvers<never>();
    const stop = () => stopped.reject(signal.reason as Error);
    const timer = setTimeout(() => this.#late(`${what} for more than ${idleMs} ms`), idleMs);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([work, stopped.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      // Whoever lost the race may still reject, and nobody is left to hear it.
      work.catch(() => {});
      stopped.promise.catch(() => {});
    }
  }

  /** The caller no longer waits. `abort` closes the connection. */
  end(abort: boolean): void {
    clearTimeout(this.#total);
    this.#caller.removeEventListener("abort", this.#cancel);
    if (abort) this.#controller.abort(new SpellError("call.cancelled", "The answer was closed"));
  }

  #late(reason: string): void {
    this.#controller.abort(
      new SpellError("http.timeout", `"${this.host}" ${reason}`, { details: { host: this.host } }),
    );
  }
}
