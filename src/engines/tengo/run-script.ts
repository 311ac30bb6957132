import { CallbackFailures, withOrigin } from "../../contract/callback-failures.ts";
import { SpellError, toErrorValue, type Failure } from "../../contract/errors.ts";
import {
  keepsFunctions,
  type CallbackMessage,
  type EngineMessage,
  type ReturnMessage,
  type StartMessage,
  type Surface,
} from "../../contract/message.ts";
import { ErrorValue, type Value } from "../../contract/value.ts";
import { ASYNC, bindSurface, moduleMakers, STEP, type BoundSurface } from "./bind-surface.ts";
import { fromText, toBytes, toTextStrict } from "./byte-strings.ts";
import { compileScript } from "./compile-script.ts";
import { errorToTengo, fromTengo, toTengo, type ConvertHost } from "./convert.ts";
import { TengoLimit, TengoRuntimeError, WrongArgumentCount, WrongArgumentType } from "./errors.ts";
import { callPosition, errorFailure, hostFailure, runtimeFailure } from "./failure.ts";
import { UTC } from "./forms/index.ts";
import { Functions } from "./functions.ts";
import { MODULES } from "./modules/index.ts";
import { sleepMilliseconds, TIMES_SLEEP } from "./modules/times/index.ts";
import { describeFailure } from "./run/failure.ts";
import { Machine, Meter, traceOf, type Fiber, type Outcome } from "./run/index.ts";
import { Tasks, type Task } from "./tasks.ts";
import {
  HostFunction,
  NativeFunction,
  TengoError,
  TengoFunction,
  TengoMap,
  TextMap,
  type TengoValue,
} from "./values.ts";

/** Frames that are kept of where an error value came from. */
const MAX_TRACE = 64;

/** A call under way: who waits for it, and for what. */
interface OpenCall {
  readonly task: Task<Fiber>;
  /** The canonical name with its module, and whether the step's item is wanted instead of the whole answer. */
  readonly name: string;
  readonly isStep: boolean;
  /** Functions that it was given, and that are forgotten with it. */
  readonly lent: readonly number[];
}

/** One run of one compiled script: its machine, its fibers, and the calls that they wait for. */
export class ScriptRun {
  readonly meter: Meter;
  readonly functions: Functions;
  readonly tasks: Tasks<Fiber>;
  readonly #host: ConvertHost;
  readonly #surface: BoundSurface;
  readonly #granted: Surface;
  readonly #machine: Machine;
  readonly #inFlight = new Map<number, OpenCall>();
  /** Where the calls stood whose errors the script holds, or where it ended with one of its own. */
  readonly #origins = new WeakMap<TengoError, ReturnType<typeof traceOf>>();
  readonly #texts: (file: string) => string | undefined;
  /** Whether calls say where the script made them. */
  readonly #positions: boolean;
  /** How fibers failed whose errors the script holds. */
  readonly #inner = new WeakMap<TengoError, Failure>();
  readonly #callbacks = new CallbackFailures();
  #calls = 0;
  result: Value = null;
  /** Set when the script's own value is a failure. */
  failure: Failure | undefined;

  constructor(
    message: StartMessage,
    private readonly send: (message: EngineMessage) => void,
    now: () => number,
  ) {
    const { limits, program, seed } = message;
    this.#granted = message.surface;
    this.#positions = message.positions === true;
    const clock = () => ({ seconds: Math.floor(now() / 1000), nanoseconds: Math.round((now() % 1000) * 1e6) });
    const print = (text: string) =>
      this.send({ type: "output", stream: "stdout", text: toTextStrict(text) ?? toBytes(text) });
    this.meter = new Meter({ fuel: limits.fuel, memoryBytes: limits.memory, seed, now: clock, print });
    this.functions = new Functions(limits.handles);
    this.#texts = (file) => (file === program.file ? program.source : program.modules[file]);
    this.#host = {
      charge: (bytes) => this.meter.charge(bytes),
      give: (callable) => this.functions.give(callable),
      find: (id) => this.functions.find(id),
      handle: (kind, id) => this.#surface.handle(kind, id),
      utc: UTC,
      memory: limits.memory,
    };
    this.#surface = bindSurface(message.surface, this.#host);
    const compiled = compileScript(program, this.#surface.modules);
    this.#machine = new Machine(compiled, this.meter, {
      modules: { ...moduleMakers(this.#surface.modules), ...MODULES },
      roots: () => this.#roots(),
    });
    this.tasks = new Tasks(limits.fibers, {
      errorValue: (error, failure) => this.#errorValue(error, failure),
      abandon: (task) => this.#abandon(task),
      ended: (task) => this.#taskEnded(task),
    });
    this.tasks.start("main");
  }

  get waits(): boolean {
    return this.#inFlight.size > 0;
  }

  #roots(): TengoValue[] {
    return [...this.functions.all(), ...this.tasks.values()];
  }

  #errorValue(error: ErrorValue, inner?: Failure): TengoError {
    const { current } = this.tasks;
    const value = errorToTengo(error, this.#host);
    if (current?.strand !== undefined) this.#origins.set(value, traceOf(current.strand).slice(0, MAX_TRACE));
    if (inner !== undefined) this.#inner.set(value, inner);
    return value;
  }

  /** Runs fibers until all of them wait, or `ended`. */
  run(ended: () => boolean): void {
    this.tasks.run((task, answer) => this.#advance(task, answer), ended);
  }

  #advance(task: Task<Fiber>, answer: TengoValue): void {
    const { strand, callable } = task;
    if (strand !== undefined) return this.#came(task, this.#machine.resume(strand, answer));
    if (callable === undefined) return this.#came(task, this.#machine.startMain());
    if (callable instanceof TengoFunction) return this.#came(task, this.#machine.startCall(callable, task.args));
    if (task.started) return this.tasks.finish(task, answer);
    task.started = true;
    if (callable instanceof HostFunction) {
      return this.#asked(task, callable, [...callable.bound, ...task.args]);
    }
    this.#runNative(task, callable);
  }

  #runNative(task: Task<Fiber>, callable: NativeFunction): void {
    try {
      this.tasks.finish(task, callable.body(task.args, this.meter));
    } catch (error) {
      const fault = describeFailure.ofNative(error, callable);
      if (fault instanceof RangeError) throw new TengoLimit("limit.memory", "a value is too large");
      if (!(fault instanceof TengoRuntimeError)) throw fault;
      this.tasks.fail(task, runtimeFailure(fault, [], this.#texts));
    }
  }

  #came(task: Task<Fiber>, outcome: Outcome): void {
    task.strand = outcome.fiber;
    if (outcome.kind === "done") {
      const { value, fiber } = outcome;
      if (value instanceof TengoError && !this.#origins.has(value))
        this.#origins.set(value, traceOf(fiber).slice(0, MAX_TRACE));
      this.tasks.finish(task, value);
    } else if (outcome.kind === "call") this.#asked(task, outcome.function, outcome.args);
    else if (outcome.limit === undefined) {
      this.tasks.fail(task, runtimeFailure(outcome, outcome.trace, this.#texts));
    } else this.#broken(hostFailure(outcome.limit, outcome.trace, this.#texts));
  }

  /** A limit: it ends the run, whoever met it. */
  #broken(failure: Failure): void {
    this.failure ??= failure;
    this.send({ type: "failure", failure: this.failure });
  }

  #asked(task: Task<Fiber>, asked: HostFunction, values: readonly TengoValue[]): void {
    const { module, name, title } = asked;
    try {
      // A duration of Tengo's is in nanoseconds, and the bridge's in milliseconds.
      const given = asked === TIMES_SLEEP ? [toTengo(sleepMilliseconds(values), this.#host)] : values;
      if (module === ASYNC) return this.tasks.ask(task, name, given);
      const isStep = name.endsWith(STEP);
      const canonical = isStep ? name.slice(0, -STEP.length) : name;
      this.functions.takeGiven();
      const args = given.map((value, index) => fromTengo(value, this.#host, `${title}: args[${index}]`));
      while (args.length > 0 && args.at(-1) === null) args.pop();
      const id = ++this.#calls;
      task.call = id;
      const functions = this.functions.takeGiven();
      const lent = functions.length > 0 && !keepsFunctions(this.#granted, module, canonical) ? functions : [];
      this.#inFlight.set(id, { task, name: `${module}.${canonical}`, isStep, lent });
      const call = { type: "call", id, fiber: task.id, module, function: canonical, args } as const;
      const position = this.#positions && task.strand && callPosition(traceOf(task.strand), this.#texts);
      this.send(position ? { ...call, position } : call);
    } catch (error) {
      this.functions.giveBack(this.functions.takeGiven());
      if (isWrongArgument(error)) return this.#refused(task, asked, error);
      if (!(error instanceof SpellError) || error.code === "limit.fibers") throw error;
      this.tasks.ready(task, this.#errorValue(toErrorValue(error)));
    }
  }

  /** The arguments are what a native function of the language fails with. */
  #refused(task: Task<Fiber>, asked: HostFunction, error: unknown): void {
    const { strand } = task;
    const fault = describeFailure.ofNative(error, asked) as TengoRuntimeError;
    this.tasks.fail(task, runtimeFailure(fault, strand === undefined ? [] : traceOf(strand), this.#texts));
    if (strand !== undefined) this.#machine.drop(strand);
  }

  /** The host answered a call. */
  returned({ id, value, error }: ReturnMessage): void {
    const call = this.#inFlight.get(id);
    if (call === undefined) return;
    this.#inFlight.delete(id);
    const { task, name, isStep, lent } = call;
    const { strand } = task;
    this.tasks.current = task;
    const answer = error === undefined ? this.#answer(value ?? null, name, isStep) : undefined;
    const inner = this.#callbacks.ofCall(lent, error);
    this.functions.giveBack(lent);
    if (error === undefined) this.tasks.ready(task, answer);
    else if (strand === undefined || !this.#machine.isUnheard(strand)) {
      this.tasks.ready(task, this.#errorValue(error, inner));
    } else {
      // It would go on as if what was refused or failed had been done.
      this.tasks.fail(task, withOrigin(errorFailure(error, traceOf(strand), this.#texts), inner));
      this.#machine.drop(strand);
    }
  }

  #answer(value: Value, name: string, isStep: boolean): TengoValue {
    const answer = toTengo(value, this.#host);
    const field = this.#surface.textFields.get(name);
    const item = answer instanceof TengoMap && answer.entries.has("done") ? answer.entries.get("value") : undefined;
    if (field === undefined) return isStep ? item : answer;
    if (item instanceof TengoMap && answer instanceof TengoMap) {
      const text = new TextMap(item.entries, fromText(field));
      answer.entries.set("value", text);
      return isStep ? text : answer;
    }
    if (isStep) return item;
    return answer instanceof TengoMap ? new TextMap(answer.entries, fromText(field)) : answer;
  }

  /** The host calls a function of the script. */
  callback({ id, function: { id: handle }, args }: CallbackMessage): void {
    const callable = this.functions.find(handle);
    if (callable === undefined) {
      const error = new ErrorValue("script.handle-closed", "The function was released");
      return this.send({ type: "returned", id, error });
    }
    this.#callbacks.began(id, handle);
    this.tasks.start(
      id,
      callable,
      args.map((arg) => toTengo(arg, this.#host)),
    );
  }

  #abandon(task: Task<Fiber>): void {
    if (task.strand !== undefined) this.#machine.drop(task.strand);
    const call = task.call === undefined ? undefined : this.#inFlight.get(task.call);
    if (task.call === undefined || call === undefined) return;
    this.#inFlight.delete(task.call);
    this.functions.giveBack(call.lent);
    this.send({ type: "cancel", id: task.call });
  }

  /** The main fiber holds the result, a callback's answer goes to the host, any other waits for `await`. */
  #taskEnded(task: Task<Fiber>): void {
    if (typeof task.purpose === "number") return this.#callbackEnded(task.purpose, task);
    if (task.purpose !== "main") return;
    const { failure, value } = task;
    if (failure !== undefined) this.failure ??= failure;
    else this.#takeResult(value);
  }

  #takeResult(value: TengoValue): void {
    const read = fromTengo(value, this.#host, "result");
    if (!(read instanceof ErrorValue)) this.result = read;
    else this.failure ??= this.#failureOf(read, value as TengoError);
  }

  #failureOf(read: ErrorValue, value: TengoError): Failure {
    const failure = errorFailure(read, this.#origins.get(value) ?? [], this.#texts);
    return withOrigin(failure, this.#inner.get(value));
  }

  #callbackEnded(id: number, { error, failure, value }: Task<Fiber>): void {
    if (error !== undefined) {
      this.#callbacks.ended(id, failure);
      return this.send({ type: "returned", id, error });
    }
    try {
      const answer = fromTengo(value, this.#host, "result");
      this.#callbacks.ended(
        id,
        answer instanceof ErrorValue ? this.#failureOf(answer, value as TengoError) : undefined,
      );
      if (answer instanceof ErrorValue) this.send({ type: "returned", id, error: answer });
      else this.send({ type: "returned", id, value: answer });
    } catch (thrown) {
      if (!(thrown instanceof SpellError)) throw thrown;
      this.send({ type: "returned", id, error: toErrorValue(thrown) });
    }
  }

  /** What the host threw while a fiber ran, as a failure with the place where that stood. */
  failureOf(error: unknown): Failure {
    const strand = this.tasks.current?.strand;
    return hostFailure(error, strand === undefined ? [] : traceOf(strand), this.#texts);
  }
}

function isWrongArgument(error: unknown): error is WrongArgumentCount | WrongArgumentType {
  return error instanceof WrongArgumentCount || error instanceof WrongArgumentType;
}
