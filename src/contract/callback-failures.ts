import type { Failure } from "./errors.ts";
import type { ErrorValue } from "./value.ts";

/** As many failures are remembered; of more, the oldest are forgotten. */
const MAX_KEPT = 16;

/** As many levels of a stack that was put together are kept. */
const MAX_FRAMES = 64;

/**
 * How callbacks of a run failed: the error goes to the host and comes back as that of the call, as a new value without
 * its place. It is known again by its code and message.
 */
export class CallbackFailures {
  /** The functions of callbacks under way, by the callback's id. */
  readonly #running = new Map<number, number>();
  /** How the last callback of a function failed, by the function's id. */
  readonly #failed = new Map<number, Failure>();

  began(callback: number, target: number): void {
    this.#running.set(callback, target);
  }

  ended(callback: number, failure: Failure | undefined): void {
    const target = this.#running.get(callback);
    this.#running.delete(callback);
    if (target === undefined || failure === undefined) return;
    this.#failed.delete(target);
    this.#failed.set(target, failure);
    if (this.#failed.size > MAX_KEPT) this.#failed.delete(this.#failed.keys().next().value ?? 0);
  }

  /** The failure that the error of a call is, where a callback raised it; `lent` are the functions that the call was given. */
  ofCall(lent: readonly number[], error: ErrorValue | undefined): Failure | undefined {
    if (this.#failed.size === 0) return undefined;
    const target = error && [...lent, ...this.#failed.keys()].find((id) => isError(this.#failed.get(id), error));
    const failure = target === undefined ? undefined : this.#failed.get(target);
    for (const id of lent) this.#failed.delete(id);
    return failure;
  }
}

function isError(failure: Failure | undefined, { code, message }: ErrorValue): boolean {
  return failure?.code === code && failure.message === message;
}

/** A failure whose error came from elsewhere in the script: its place and the inner part of its stack are there. */
export function withOrigin(failure: Failure, origin: Failure | undefined): Failure {
  if (origin?.position === undefined) return failure;
  const stack = [...origin.stack, ...failure.stack].slice(0, MAX_FRAMES);
  return { ...origin, ...failure, position: origin.position, stack };
}
