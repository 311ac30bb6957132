import { SpellError } from "../contract/errors.ts";
import type { CallbackEntry } from "../contract/journal.ts";
import type { ReturnedMessage } from "../contract/message.ts";
import type { FunctionHandle, Value } from "../contract/value.ts";
import { encodeValue } from "../contract/wire.ts";

/** What a callback of the record came to. */
interface Recorded {
  readonly entry: CallbackEntry;
  readonly end?: ReturnedMessage;
}

/** What callbacks are made through. */
export interface CallbackOptions {
  readonly send: (entry: CallbackEntry) => void;
  readonly now: () => number;
  /** Takes secrets out. */
  readonly clean: (args: readonly Value[]) => readonly Value[];
  /** The `index`-th callback of call `id`, where the run made it before a crash. */
  readonly recorded: (id: number, index: number) => Recorded | undefined;
}

/** The calls of functions of the script, made for calls of its own. */
export class ScriptCallbacks {
  readonly #options: CallbackOptions;
  readonly #open = new Map<number, PromiseWithResolvers<Value>>();
  /** How many each call has made, by its id. */
  readonly #made = new Map<number, number>();
  #count = 0;
  #isOver = false;

  constructor(options: CallbackOptions) {
    this.#options = options;
  }

  /** Numbers up to `last` were given out before the run was resumed. */
  continueAfter(last: number): void {
    this.#count = last;
  }

  /** Calls a function for call `id`. One that the same call made before a crash is not made again. */
  call(target: FunctionHandle, args: readonly Value[], id: number): Promise<Value> {
    const pending = Promise.withResolvers<Value>();
    if (this.#isOver) {
      pending.reject(new SpellError("call.cancelled", "The run has ended"));
      return pending.promise;
    }
    const index = (this.#made.get(id) ?? 0) + 1;
    this.#made.set(id, index);
    const clean = this.#options.clean(args);
    const before = this.#options.recorded(id, index);
    if (before !== undefined && isSame(before.entry, target, clean)) {
      this.#open.set(before.entry.id, pending);
      if (before.end !== undefined) this.returned(before.end);
      return pending.promise;
    }
    const callback = ++this.#count;
    this.#open.set(callback, pending);
    const entry = { type: "callback", id: callback, function: target, args: clean, time: this.#options.now() } as const;
    this.#options.send({ ...entry, call: id, index });
    return pending.promise;
  }

  /** The script's function ended. */
  returned({ id, value, error }: ReturnedMessage): void {
    const pending = this.#open.get(id);
    this.#open.delete(id);
    if (error === undefined) pending?.resolve(value ?? null);
    else pending?.reject(error);
  }

  /** The run is over. */
  end(reason: SpellError): void {
    this.#isOver = true;
    for (const pending of this.#open.values()) pending.reject(reason);
    this.#open.clear();
  }
}

function isSame(entry: CallbackEntry, target: FunctionHandle, args: readonly Value[]): boolean {
  if (entry.function.id !== target.id) return false;
  return JSON.stringify(encodeValue(entry.args)) === JSON.stringify(encodeValue(args));
}
