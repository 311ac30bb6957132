import { SpellError, type Failure } from "../../contract/errors.ts";
import { ErrorValue } from "../../contract/value.ts";
import { ASYNC_FUNCTIONS, makeTask } from "./bind-surface.ts";
import { TASK, type Callable } from "./convert.ts";
import {
  HostFunction,
  HostHandle,
  NativeFunction,
  TengoArray,
  TengoFunction,
  typeName,
  type TengoValue,
} from "./values.ts";

/** One thread of the script, from its first instruction to its value or failure. `S` is what the machine keeps of it. */
export interface Task<S> {
  readonly id: number;
  /** `main`, `task` (async.spawn), or the id of the host's callback. */
  readonly purpose: "main" | "task" | number;
  readonly callable: Callable | undefined;
  /** What the function is called with; nothing once it has ended. */
  args: readonly TengoValue[];
  /** What the script has of a task. */
  handle: HostHandle | undefined;
  /** Undefined before it has started, and where it needs no machine. */
  strand: S | undefined;
  /** Whether a function that needs no machine has been called. */
  started: boolean;
  /** The call that it waits for. */
  call: number | undefined;
  done: boolean;
  value: TengoValue;
  failure: Failure | undefined;
  /** What whoever waits for it gets instead of a value. */
  error: ErrorValue | undefined;
  /** Whether somebody has waited for it; otherwise its failure ends the run. */
  observed: boolean;
  waiters: Wait<S>[];
}

/** So many failed tasks are kept until somebody waits for them; of more than these, the later ones are forgotten. */
const MAX_FAILED = 1000;

/** One fiber's wait for others. */
interface Wait<S> {
  readonly task: Task<S>;
  readonly kind: "await" | "all" | "race";
  readonly others: readonly Task<S>[];
}

/** What the scheduler needs of the run. */
export interface TaskHost<S> {
  /** A failed task's error as the script sees it. */
  errorValue(error: ErrorValue, failure: Failure | undefined): TengoValue;
  /** The task is ended from outside: its call, if any, is to be cancelled. */
  abandon(task: Task<S>): void;
  ended(task: Task<S>): void;
}

/** Runs a task on from an answer, or from its start. It calls `finish`, `fail` or waits. */
export type Advance<S> = (task: Task<S>, answer: TengoValue) => void;

/**
 * The fibers of one run and the queue of those that can go on, first come first served, so that the order is the
 * same in every run. It also answers what the module `async` is asked.
 */
export class Tasks<S> {
  current: Task<S> | undefined;
  #count = 0;
  readonly #alive = new Set<Task<S>>();
  /** Those that failed and that nobody has waited for, the earliest first. */
  readonly #failed = new Set<Task<S>>();
  readonly #queue: { readonly task: Task<S>; readonly answer: TengoValue }[] = [];

  constructor(
    private readonly limit: number,
    private readonly host: TaskHost<S>,
  ) {}

  /** Starts a fiber. Without a callable it runs the script itself. */
  start(purpose: Task<S>["purpose"], callable?: Callable, args: readonly TengoValue[] = []): Task<S> {
    if (this.#alive.size >= this.limit) {
      throw new SpellError("limit.fibers", `The spell has more than ${this.limit} fibers at once`);
    }
    const task: Task<S> = {
      id: ++this.#count,
      ...{
        purpose,
        callable,
        args,
        handle: undefined,
        strand: undefined,
        started: false,
        call: undefined,
        done: false,
        value: undefined,
      },
      ...{ failure: undefined, error: undefined, observed: false, waiters: [] },
    };
    this.#alive.add(task);
    this.ready(task, undefined);
    return task;
  }

  /** How many fibers have not ended. */
  get alive(): number {
    return this.#alive.size;
  }

  /** Puts a fiber into the queue with what it goes on with. */
  ready(task: Task<S>, answer: TengoValue): void {
    task.call = undefined;
    this.#queue.push({ task, answer });
  }

  /** Runs fibers until all of them wait. */
  run(advance: Advance<S>, ended: () => boolean): void {
    for (let next = this.#queue.shift(); next !== undefined && !ended(); next = this.#queue.shift()) {
      if (next.task.done) continue;
      this.current = next.task;
      advance(next.task, next.answer);
    }
    if (!ended()) this.current = undefined;
  }

  /** A fiber's function returned. */
  finish(task: Task<S>, value: TengoValue): void {
    task.value = value;
    this.#settle(task);
  }

  /** A fiber's function failed. */
  fail(task: Task<S>, failure: Failure): void {
    task.failure = failure;
    task.error = new ErrorValue(failure.code, failure.message, failure.details);
    this.#settle(task);
  }

  #settle(task: Task<S>): void {
    task.done = true;
    task.strand = undefined;
    task.args = [];
    this.#alive.delete(task);
    if (task.handle !== undefined) task.handle.kept = task.value;
    task.handle = undefined;
    this.host.ended(task);
    const isUnheard = task.purpose === "task" && task.failure !== undefined && !task.observed;
    if (isUnheard && this.#failed.size < MAX_FAILED) this.#failed.add(task);
    for (const wait of task.waiters.splice(0)) this.#answer(wait, task);
  }

  /** Answers a call of the module `async`. Throws what the script gets as an error value. */
  ask(task: Task<S>, name: string, args: readonly TengoValue[]): void {
    const [least, most] = ASYNC_FUNCTIONS[name] ?? [0, 0];
    if (args.length < least || args.length > most) {
      throw new SpellError("call.arguments", `async.${name}: wrong number of arguments`);
    }
    const [first, ...rest] = args;
    if (name === "pause") this.ready(task, undefined);
    else if (name === "spawn") this.ready(task, this.#handleOf(this.start("task", callableOf(first, name), rest)));
    else if (name === "cancel") {
      this.#abandon(this.#taskOf(first, name));
      this.ready(task, undefined);
    } else if (name === "await") this.#wait(task, "await", [this.#taskOf(first, name)]);
    else this.#wait(task, name as "all" | "race", this.#tasksOf(first, name));
  }

  #handleOf(task: Task<S>): HostHandle {
    const handle = makeTask(task.id);
    // A task that has ended lives as long as what the script has of it, so that it can be awaited again.
    handle.owner = task;
    task.handle = handle;
    return handle;
  }

  #taskOf(value: TengoValue, name: string): Task<S> {
    if (value instanceof HostHandle && value.kind === TASK) return value.owner as Task<S>;
    throw new SpellError("call.arguments", `async.${name}: task expected, got ${typeName(value)}`);
  }

  #tasksOf(value: TengoValue, name: string): Task<S>[] {
    if (!(value instanceof TengoArray)) {
      throw new SpellError("call.arguments", `async.${name}: array expected, got ${typeName(value)}`);
    }
    const items = value.store.slice(value.start, value.start + value.length);
    if (items.length === 0 && name === "race") {
      throw new SpellError("call.arguments", "async.race: an empty race has no winner");
    }
    // All are looked at before the first is started.
    const known = items.map((item) => (item instanceof HostHandle ? this.#taskOf(item, name) : callableOf(item, name)));
    return known.map((item) => (isCallable(item) ? this.start("task", item) : item));
  }

  #wait(task: Task<S>, kind: Wait<S>["kind"], others: readonly Task<S>[]): void {
    const wait: Wait<S> = { task, kind, others };
    for (const other of others) this.#observe(other);
    if (others.length === 0) return this.ready(task, TengoArray.of([]));
    const settled = others.find((other) => other.done && (kind !== "all" || failed(other)));
    const open = others.filter((other) => !other.done);
    if (settled !== undefined || open.length === 0) return this.#answer(wait, settled ?? others[0]!);
    for (const other of open) other.waiters.push(wait);
  }

  /** `task` settled: goes on with whoever waits for it, unless that waits for others as well. */
  #answer(wait: Wait<S>, settled: Task<S>): void {
    const { task, kind, others } = wait;
    if (task.done) return;
    if (kind === "all" && !failed(settled)) {
      if (others.every((other) => other.done)) this.ready(task, TengoArray.of(others.map((other) => other.value)));
      return;
    }
    for (const other of others) other.waiters = other.waiters.filter((entry) => entry !== wait);
    if (kind !== "await") for (const other of others) if (!other.done) this.#abandon(other);
    this.ready(
      task,
      settled.error === undefined ? settled.value : this.host.errorValue(settled.error, settled.failure),
    );
  }

  #observe(task: Task<S>): void {
    task.observed = true;
    this.#failed.delete(task);
  }

  #abandon(task: Task<S>): void {
    this.#observe(task);
    if (task.done) return;
    this.host.abandon(task);
    task.error = new ErrorValue("call.cancelled", "The task was cancelled");
    this.#settle(task);
  }

  /** What tasks are called with, what waits to be given to them, and what others gave that one waits for with more. */
  *values(): Generator<TengoValue> {
    const waits = new Set<Wait<S>>();
    for (const { args, waiters } of this.#alive) {
      yield* args;
      for (const wait of waiters) waits.add(wait);
    }
    for (const { others } of waits) for (const { value } of others) yield value;
    for (const { answer } of this.#queue) yield answer;
  }

  /** The failure of a task that nobody waited for, the earliest first. */
  unobserved(): Failure | undefined {
    const [first] = this.#failed;
    return first?.failure;
  }
}

/** What counts as failed in `async.all`: a fault, and a task whose value is an error. */
function failed(task: Task<unknown>): boolean {
  return task.error !== undefined || typeName(task.value) === "error";
}

function isCallable(value: unknown): value is Callable {
  return value instanceof TengoFunction || value instanceof NativeFunction || value instanceof HostFunction;
}

function callableOf(value: TengoValue, name: string): Callable {
  if (isCallable(value)) return value;
  throw new SpellError("call.arguments", `async.${name}: function expected, got ${typeName(value)}`);
}
