import { SpellError, toErrorValue, type Failure } from "../../contract/errors.ts";
import { ErrorValue, type Value } from "../../contract/value.ts";
import type { LuaState } from "./state.ts";
import { LUA_STATUS } from "./vm.ts";

/** One thread of the script that waits and goes on by itself. */
export interface Fiber<S> {
  readonly id: number;
  readonly thread: S;
  /** `main`, `task` (async.spawn), or the id of the host's callback. */
  readonly purpose: "main" | "task" | number;
  readonly reference: number;
  /** The call that it waits for. */
  call: number | undefined;
  done: boolean;
  /** What it raised, as scripts and the host see it. */
  error: ErrorValue | undefined;
  failure: Failure | undefined;
  /** Whether somebody has waited for it; otherwise its error ends the run. */
  observed: boolean;
  waiters: Waiter<S>[];
}

interface Waiter<S> {
  readonly fiber: Fiber<S>;
  /** A race wants the winner's id, an await its results. */
  readonly race: boolean;
}

/** What fibers need of the reactor. */
export interface FiberHost<S> {
  call(fiber: Fiber<S>, module: string, name: string, args: readonly Value[]): void;
  /** The fiber is ended from outside: its call, if any, is to be cancelled. */
  abandon(fiber: Fiber<S>): void;
  ended(fiber: Fiber<S>): void;
}

/**
 * The fibers of one run and the queue of those that can go on, first come first served, so that the order is
 * the same in every run. What a fiber asks for when it yields is decided here; see `wait` in the prelude.
 */
export class Fibers<S> {
  alive = 0;
  current: Fiber<S> | undefined;
  #count = 0;
  readonly #all = new Map<number, Fiber<S>>();
  readonly #queue: { fiber: Fiber<S>; args: number }[] = [];

  constructor(
    private readonly state: LuaState<S>,
    private readonly limit: number,
    private readonly host: FiberHost<S>,
  ) {}

  /** Starts a fiber from the function and its `args` arguments on top of the main stack. */
  start(purpose: Fiber<S>["purpose"], args: number): Fiber<S> {
    const { vm } = this.state;
    if (this.alive >= this.limit) {
      throw new SpellError("limit.fibers", `The spell has more than ${this.limit} fibers at once`);
    }
    const thread = vm.newThread(vm.main);
    const reference = vm.reference(vm.main);
    this.#requireRoom(thread, args + 1);
    this.state.adopt(reference);
    vm.move(vm.main, thread, args + 1);
    const fiber: Fiber<S> = {
      id: ++this.#count,
      thread,
      purpose,
      reference,
      call: undefined,
      done: false,
      error: undefined,
      failure: undefined,
      observed: false,
      waiters: [],
    };
    this.#all.set(fiber.id, fiber);
    this.alive++;
    this.ready(fiber, args);
    return fiber;
  }

  /** Lua's C API checks no stack by itself: what is pushed beyond its end overwrites the state. */
  #requireRoom(thread: S, count: number): void {
    if (!this.state.vm.checkStack(thread, count)) throw new SpellError("limit.stack", "Too many values at once");
  }

  /** Puts a fiber into the queue; `args` values on its stack are what it goes on with. */
  ready(fiber: Fiber<S>, args: number): void {
    fiber.call = undefined;
    this.#queue.push({ fiber, args });
  }

  /** Runs fibers until all of them wait. `describe` turns what one raised into a failure. */
  run(describe: (value: Value, thread: S) => Failure, ended: () => boolean): void {
    for (let next = this.#queue.shift(); next !== undefined && !ended(); next = this.#queue.shift()) {
      const { fiber, args } = next;
      if (fiber.done) continue;
      this.current = fiber;
      const { status, results } = this.state.vm.resume(fiber.thread, args);
      if (status === LUA_STATUS.yield) this.#yielded(fiber, results);
      else this.#finish(fiber, status, describe);
    }
    if (!ended()) this.current = undefined;
  }

  #finish(fiber: Fiber<S>, status: number, describe: (value: Value, thread: S) => Failure): void {
    fiber.done = true;
    this.alive--;
    if (status !== LUA_STATUS.ok) {
      const value = this.#raised(fiber.thread);
      fiber.failure = describe(value, fiber.thread);
      const { code, message, details } = fiber.failure;
      fiber.error = value instanceof ErrorValue ? value : new ErrorValue(code, message, details);
    }
    this.host.ended(fiber);
    for (const waiter of fiber.waiters.splice(0)) this.#answer(waiter, fiber);
    this.#dropIfSettled(fiber);
  }

  /** What a failed thread raised; a value that cannot leave the VM is told by its text. */
  #raised(thread: S): Value {
    const { vm, values } = this.state;
    const top = vm.getTop(thread);
    try {
      return values.read(thread, top, "error");
    } catch (error) {
      if (error instanceof SpellError) return toErrorValue(error);
      throw error;
    }
  }

  #yielded(fiber: Fiber<S>, results: number): void {
    const { vm, values, functions } = this.state;
    const { thread } = fiber;
    const base = vm.getTop(thread) - results;
    // The first value is the prelude's mark, the second says what is asked for.
    const what = String(vm.toText(thread, base + 2));
    try {
      if (what === "call") {
        const text = (index: number) => String(vm.toText(thread, index));
        const module = text(base + 3);
        const name = text(base + 4);
        const args: Value[] = [];
        functions.takeGiven();
        for (let index = base + 5; index <= base + results; index++) {
          args.push(values.read(thread, index, `${module}.${name}: args[${index - base - 5}]`));
        }
        while (args.length > 0 && args.at(-1) === null) args.pop();
        vm.setTop(thread, base);
        this.host.call(fiber, module, name, args);
      } else this.#schedule(fiber, what, base, results);
    } catch (error) {
      if (!(error instanceof SpellError) || error.code === "limit.fibers") throw error;
      functions.giveBack(functions.takeGiven());
      vm.setTop(thread, base);
      this.#resumeWith(fiber, false, toErrorValue(error));
    }
  }

  #schedule(fiber: Fiber<S>, what: string, base: number, results: number): void {
    const { vm } = this.state;
    const { thread } = fiber;
    if (what === "spawn") {
      // And for the new thread itself.
      this.#requireRoom(vm.main, results + 8);
      vm.move(thread, vm.main, results - 2);
      vm.setTop(thread, base);
      const task = this.start("task", results - 3);
      this.#resumeWith(fiber, true, task.id);
      return;
    }
    const ids: number[] = [];
    for (let index = base + 3; index <= base + results; index++) ids.push(Number(vm.toNumber(thread, index)));
    vm.setTop(thread, base);
    if (what === "pause") return this.#resumeWith(fiber, true, null);
    // A task's id is in reach of the script: neither the main fiber nor a callback of the host is a task.
    const tasks = ids.flatMap((id) => {
      const task = this.#all.get(id);
      return task?.purpose === "task" ? [task] : [];
    });
    if (tasks.length === 0) {
      const error = new ErrorValue("script.handle-closed", "The task has ended and was already awaited");
      return what === "abandon" ? this.#resumeWith(fiber, true, null) : this.#resumeWith(fiber, false, error);
    }
    if (what === "abandon") {
      for (const task of tasks) this.#abandonTask(task);
      return this.#resumeWith(fiber, true, null);
    }
    for (const task of tasks) task.observed = true;
    const done = tasks.find((task) => task.done);
    const race = what === "race";
    if (done !== undefined) this.#answer({ fiber, race }, done);
    else for (const task of tasks) task.waiters.push({ fiber, race });
  }

  #abandonTask(task: Fiber<S>): void {
    task.observed = true;
    if (task.done) return this.#dropIfSettled(task);
    this.host.abandon(task);
    task.done = true;
    this.alive--;
    task.error = new ErrorValue("call.cancelled", "The task was cancelled");
    for (const waiter of task.waiters.splice(0)) this.#answer(waiter, task);
    this.#dropIfSettled(task);
  }

  #answer(waiter: Waiter<S>, task: Fiber<S>): void {
    const { vm } = this.state;
    const { fiber, race } = waiter;
    if (fiber.done) return;
    if (race) {
      for (const other of this.#all.values()) other.waiters = other.waiters.filter((entry) => entry.fiber !== fiber);
      return this.#resumeWith(fiber, true, task.id);
    }
    task.observed = true;
    if (task.error !== undefined) {
      this.#resumeWith(fiber, false, task.error);
      return this.state.origins.note(fiber.thread, task.failure);
    }
    const results = vm.getTop(task.thread);
    this.#requireRoom(task.thread, results);
    this.#requireRoom(fiber.thread, results + 1);
    vm.pushBoolean(fiber.thread, true);
    for (let index = 1; index <= results; index++) vm.pushValue(task.thread, index);
    vm.move(task.thread, fiber.thread, results);
    this.ready(fiber, results + 1);
  }

  #resumeWith(fiber: Fiber<S>, ok: boolean, value: Value): void {
    this.state.vm.pushBoolean(fiber.thread, ok);
    this.state.values.push(fiber.thread, value);
    this.ready(fiber, 2);
  }

  /** Tasks stay until the run ends, so that they can be awaited twice; callbacks and failures go at once. */
  #dropIfSettled(fiber: Fiber<S>): void {
    if (typeof fiber.purpose !== "number") return;
    this.#all.delete(fiber.id);
    this.state.forget(fiber.reference);
    this.state.vm.freeReference(this.state.vm.main, fiber.reference);
  }

  /** The failure of a task that nobody waited for, the earliest first. */
  unobserved(): Failure | undefined {
    for (const fiber of this.#all.values()) {
      if (fiber.purpose === "task" && fiber.failure !== undefined && !fiber.observed) return fiber.failure;
    }
    return undefined;
  }
}
