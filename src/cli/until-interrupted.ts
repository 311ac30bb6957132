import { SpellError } from "../contract/errors.ts";

/** What `work` comes to, or `interrupted` as soon as the person interrupts, whatever it waits for. */
export async function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(new SpellError("interrupted", "Interrupted"));
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
