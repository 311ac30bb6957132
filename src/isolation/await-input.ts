import { availableParallelism } from "node:os";
import type { Libc } from "./open-libc.ts";

/**
 * How long input is looked for before the process goes to sleep, in µs. Going to sleep and being woken costs a
 * call two or three times what all the rest of it does; most bridges answer sooner than this.
 */
const WINDOW = 80;

/** After so many waits in vain, looking for input is left alone, but for every {@link RETRY}th time. */
const MAX_MISSES = 3;
const RETRY = 16;

/** Looks for input for a moment, where another processor can bring it meanwhile. Never blocks for longer than that. */
export function makeAwaitInput(libc: Libc | undefined): () => void {
  if (libc === undefined || availableParallelism() < 2) return () => {};
  let misses = 0;
  return () => {
    if (misses >= MAX_MISSES && misses++ % RETRY !== 0) return;
    const end = Bun.nanoseconds() + WINDOW * 1000;
    while (!libc.hasInput()) {
      // The kernel may have put who is to bring it on this very processor.
      libc.giveWay();
      if (Bun.nanoseconds() < end) continue;
      misses++;
      return;
    }
    misses = 0;
  };
}
