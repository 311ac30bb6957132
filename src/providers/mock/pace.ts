import { SpellError } from "../../contract/errors.ts";
import { cancelled } from "../transport/watch-call.ts";

/** Waits; an abort rejects at once with what a cancelled call rejects with. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw cancelled(signal.reason);
  if (milliseconds <= 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const abort = (): void => reject(cancelled(signal.reason));
  signal.addEventListener("abort", abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

/** As {@link sleep}, for a server that may be given up after `limitMs`: then `provider.timeout`, as with a real one. */
export async function sleepWithin(milliseconds: number, limitMs: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(milliseconds, limitMs), signal);
  if (milliseconds > limitMs) {
    throw new SpellError("provider.timeout", `The mock model did not go on within ${limitMs} ms`, {
      details: { timeoutMs: limitMs },
    });
  }
}
