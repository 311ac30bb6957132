import { CallbackFailures } from "../../contract/callback-failures.ts";
import type { Failure } from "../../contract/errors.ts";
import type { LuaVm } from "./vm.ts";

/** As many errors that came from elsewhere are remembered; each is kept alive as long. */
const MAX_KEPT = 16;

interface Kept {
  readonly reference: number;
  readonly failure: Failure;
}

/** Where errors were first raised that reach a fiber from another one: by `await`, or by a call whose callback failed. */
export class Origins<S> {
  readonly callbacks = new CallbackFailures();
  /** By the identity of the error's value, the oldest first. */
  readonly #kept = new Map<unknown, Kept>();

  constructor(private readonly vm: LuaVm<S>) {}

  /** Remembers that the error on top of a stack is that of a failure. */
  note(state: S, failure: Failure | undefined): void {
    const { vm } = this;
    if (failure === undefined || !vm.checkStack(state, 4)) return;
    const identity = vm.toPointer(state, vm.getTop(state));
    vm.pushValue(state, vm.getTop(state));
    this.#kept.set(identity, { reference: vm.reference(state), failure });
    if (this.#kept.size <= MAX_KEPT) return;
    const [oldest] = this.#kept;
    if (oldest === undefined) return;
    this.#kept.delete(oldest[0]);
    vm.freeReference(vm.main, oldest[1].reference);
  }

  /** The failure of the error on top of a stack, where it came from elsewhere. */
  of(state: S): Failure | undefined {
    return this.#kept.get(this.vm.toPointer(state, this.vm.getTop(state)))?.failure;
  }
}
