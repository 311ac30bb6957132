import type { Answers, KeptQuestion } from "../../contract/answers.ts";
import { encodeValue } from "../../contract/wire.ts";
import type { Value } from "../../contract/value.ts";
import { MemoryShelf } from "./memory-shelf.ts";
import type { Shelf, ShelfRules } from "./shelf.ts";

/** What kept answers are made from. */
export interface AnswersOptions {
  /** The file of what all runs share, made when it is first needed; without one nothing is shared. */
  readonly file?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Keeps answers in memory for each run, and on disk for all. `close` lets go of the file. */
export function openAnswers({ file, now }: AnswersOptions): { readonly answers: Answers; readonly close: () => void } {
  const memory = new MemoryShelf();
  let shared: Promise<Shelf | undefined> | undefined;
  const open = async (): Promise<Shelf | undefined> => {
    if (file === undefined) return undefined;
    const { openFileShelf } = await import("./file-shelf.ts");
    return openFileShelf(file);
  };
  const underWay = new Map<string, Promise<unknown>>();

  const answers: Answers = {
    async answer(kept, make, signal) {
      const [key, rules] = [await digest(addressOf(kept)), await rulesOf(kept)];
      const shelf = kept.scope === "run" ? memory : ((await (shared ??= open())) ?? memory);
      for (;;) {
        signal.throwIfAborted();
        const found = shelf.get(key, now());
        if (found !== undefined) return { value: found, cached: true };
        const other = underWay.get(key);
        if (other === undefined) break;
        await waitFor(other, signal);
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      underWay.set(key, promise);
      try {
        const value = await make();
        const made = now();
        shelf.put(key, value, { ...rules, now: made, expires: made + kept.ttl });
        return { value, cached: false };
      } finally {
        underWay.delete(key);
        resolve();
      }
    },
  };
  const close = (): void => void shared?.then((shelf) => shelf?.close());
  return { answers, close };
}

/** Ends with the work, however that ends, or rejects when the signal is aborted. */
async function waitFor(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let stop = (): void => {};
  try {
    await Promise.race([
      work,
      new Promise((_resolve, reject) => {
        stop = () => reject(signal.reason as Error);
        signal.addEventListener("abort", stop, { once: true });
      }),
    ]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function addressOf({ scope, run, question }: KeptQuestion): Value {
  return scope === "run" ? [run, ...question] : ["", ...question];
}

/** Answers under the same rules share one size. */
async function rulesOf({ scope, run, ttl, maxBytes }: KeptQuestion): Promise<ShelfRules> {
  return { group: scope === "run" ? run : `${ttl}/${maxBytes}`, maxBytes };
}

async function digest(value: Value): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(encodeValue(value)));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
