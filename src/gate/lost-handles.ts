import { SpellError } from "../contract/errors.ts";
import { isValueMap, ResourceHandle, type Value } from "../contract/value.ts";
import { encodeValue } from "../contract/wire.ts";
import type { GateCall, Link } from "./call.ts";

/** A handle that a run still holds although the process that had its resource is gone. */
export interface LostHandle {
  readonly id: number;
  /** The call that opened it. */
  readonly module: string;
  readonly name: string;
  readonly args: readonly Value[];
  readonly key: string;
  /** The methods that were called on it, the handle left out of their arguments, and what they answered. */
  readonly steps: readonly LostStep[];
}

/** A method that was called on a lost handle. */
export interface LostStep {
  /** With its kind: `stream.next`. */
  readonly name: string;
  readonly args: readonly Value[];
  readonly answer: Value;
}

type Call = (
  module: string,
  name: string,
  args: readonly Value[],
  signal: AbortSignal,
  origin: { readonly handle: number; readonly key: string },
) => Promise<Value>;

/**
 * Gives handles their resource again when they are first used after a run was resumed: the call that opened one is
 * made again, with the same key, and what was read from it is read again and must be the same.
 */
export class LostHandles {
  readonly #lost = new Map<number, LostHandle>();
  readonly #found = new Map<number, Promise<void>>();

  constructor(private readonly call: Call) {}

  /** These are lost. */
  expect(handles: readonly LostHandle[]): void {
    for (const handle of handles) this.#lost.set(handle.id, handle);
  }

  readonly link: Link = (call, next) => {
    if (this.#lost.size + this.#found.size === 0 || call.origin.handle !== undefined) return next(call);
    return this.#findAll(call).then(() => next(call));
  };

  async #findAll({ args, end }: GateCall): Promise<void> {
    for (const id of handlesIn(args)) await this.#find(id, end.signal);
  }

  async #find(id: number, signal: AbortSignal): Promise<void> {
    const lost = this.#lost.get(id);
    if (lost !== undefined) {
      this.#lost.delete(id);
      this.#found.set(id, this.#openAgain(lost, signal));
    }
    await this.#found.get(id);
  }

  async #openAgain({ id, module, name, args, key, steps }: LostHandle, signal: AbortSignal): Promise<void> {
    for (const other of handlesIn([args, steps.map((step) => step.args)])) await this.#find(other, signal);
    const origin = { handle: id, key };
    const handle = await this.call(module, name, args, signal, origin);
    for (const step of steps) {
      const again = await this.call(module, step.name, [handle, ...step.args], signal, origin);
      if (isSame(again, step.answer)) continue;
      throw new SpellError(
        "journal.stream-changed",
        `${module}.${name} was asked again after the crash and answers otherwise than what was read before it`,
        { details: { call: `${module}.${name}`, step: step.name } },
      );
    }
  }
}

function isSame(first: Value, second: Value): boolean {
  return JSON.stringify(encodeValue(first)) === JSON.stringify(encodeValue(second));
}

/** The ids of the handles in a value, each once. */
function handlesIn(value: Value, into = new Set<number>()): ReadonlySet<number> {
  if (value instanceof ResourceHandle) into.add(value.id);
  else if (Array.isArray(value)) for (const item of value) handlesIn(item as Value, into);
  else if (isValueMap(value)) for (const key of Object.keys(value)) handlesIn(value[key] ?? null, into);
  return into;
}
