import type { Reactor } from "../../contract/engine.ts";
import { withOrigin } from "../../contract/callback-failures.ts";
import { SpellError, toErrorValue, type Failure, type SourcePosition } from "../../contract/errors.ts";
import {
  keepsFunctions,
  type CallbackMessage,
  type EngineMessage,
  type HostMessage,
  type ReturnMessage,
  type StartMessage,
  type Surface,
} from "../../contract/message.ts";
import { ErrorValue, type Value } from "../../contract/value.ts";
import { callPosition, hostFailure, MAX_FRAMES, syntaxFailure, uncaughtFailure } from "./failure.ts";
import { Fibers, type Fiber } from "./fibers.ts";
import { errorKey, type FailedCoroutine, type LuaState, type PreludeHost } from "./state.ts";
import { LUA_STATUS, LuaLimit, HOOK_INTERVAL, type LuaFrame, type LuaVm, type LuaVmOptions } from "./vm.ts";

/** How a VM with its prelude is come by; the one thing that differs between the engines of the family. */
export type LuaStateMaker<S> = (options: LuaVmOptions, host: PreludeHost) => LuaState<S>;

/** Room on the main stack for what starts a fiber, besides its arguments. */
const SPARE_SLOTS = 8;

/** Runs one Lua spell: a main fiber, those that it spawns, and a fiber for each callback from the host. */
export class LuaReactor<S> implements Reactor {
  /** Made before the run is known, so that a waiting process has that behind it; gone after `dispose`. */
  #state: LuaState<S> | undefined;
  #fuel = Number.POSITIVE_INFINITY;
  #fibers: Fibers<S> | undefined;
  #steps = 0;
  #time = 0;
  #ended = false;
  #calls = 0;
  /** Calls under way by id. */
  readonly #inFlight = new Map<number, Fiber<S>>();
  /** Functions that calls under way were given, by the call's id: they are forgotten with it. */
  readonly #lent = new Map<number, readonly number[]>();
  #surface: Surface = {};
  readonly #sources = new Map<string, string>();
  #result: Value = null;
  /** Where the script called the function that is about to wait, where positions are wanted. */
  #place: SourcePosition | undefined;
  /** The last coroutine that failed: where its error goes on uncaught, its stack is the inner part of the script's. */
  #failedCoroutine: FailedCoroutine | undefined;

  constructor(
    private readonly send: (message: EngineMessage) => void,
    makeState: LuaStateMaker<S>,
  ) {
    const host: PreludeHost = {
      output: (text, isError) => this.send({ type: "output", stream: isError ? "stderr" : "stdout", text }),
      now: () => this.#time,
      charge: () => this.#burn(),
      called: (thread) => (this.#place = this.#callPosition(thread as S)),
      coroutineFailed: (failed) => (this.#failedCoroutine = failed),
    };
    this.#state = makeState({ onSteps: () => this.#burn() }, host);
  }

  start(message: StartMessage): void {
    this.#time = message.time;
    const { program } = message;
    for (const [file, source] of Object.entries(program.modules)) this.#sources.set(file, source);
    this.#sources.set(program.file, program.source);
    this.#guard(() => this.#begin(message));
  }

  #begin(message: StartMessage): void {
    const { program, limits } = message;
    const state = this.#opened();
    const { vm } = state;
    state.begin(message);
    this.#steps = 0;
    this.#surface = message.surface;
    this.#fuel = limits.fuel;
    if (message.mode === "check") return this.#check(state);
    const status = vm.load(vm.main, stripShebang(program.source), `@${program.file}`);
    if (status !== LUA_STATUS.ok) return this.#syntax(state, program.file);
    const fibers = new Fibers(state, limits.fibers, {
      call: (fiber, module, name, args) => this.#call(fiber, module, name, args),
      abandon: (fiber) => this.#abandon(fiber),
      ended: (fiber) => this.#fiberEnded(fiber),
    });
    this.#fibers = fibers;
    fibers.start("main", 0);
    this.#run();
  }

  #check(state: LuaState<S>): void {
    for (const [file, source] of this.#sources) {
      if (state.vm.load(state.vm.main, stripShebang(source), `@${file}`) !== LUA_STATUS.ok)
        return this.#syntax(state, file);
    }
    this.#end({ type: "result", value: null, fuel: 0 });
  }

  #syntax(state: LuaState<S>, file: string): void {
    const { vm } = state;
    const message = parserMessage(vm);
    const top = vm.getTop(vm.main);
    const refusal = (source: string) => {
      vm.setTop(vm.main, top);
      return vm.load(vm.main, stripShebang(source), `@${file}`) === LUA_STATUS.ok ? undefined : parserMessage(vm);
    };
    this.#fail(syntaxFailure(message, file, this.#sources, refusal));
  }

  deliver(message: Exclude<HostMessage, StartMessage>): void {
    if (this.#ended || this.#state === undefined) return;
    this.#time = message.time;
    this.#guard(() => {
      if (message.type === "return") this.#returned(message);
      else if (message.type === "callback") this.#callback(message);
      else for (const id of message.functions) this.#state?.functions.release(id);
      this.#run();
    });
  }

  #returned(message: ReturnMessage): void {
    const fiber = this.#inFlight.get(message.id);
    const { vm, values, origins } = this.#opened();
    if (fiber === undefined) return;
    this.#inFlight.delete(message.id);
    const origin = origins.callbacks.ofCall(this.#lent.get(message.id) ?? [], message.error);
    try {
      vm.pushBoolean(fiber.thread, message.error === undefined);
      values.push(fiber.thread, message.error ?? message.value ?? null);
      origins.note(fiber.thread, origin);
    } catch (error) {
      if (!(error instanceof SpellError)) throw error;
      vm.setTop(fiber.thread, 0);
      vm.pushBoolean(fiber.thread, false);
      values.push(fiber.thread, toErrorValue(error));
    }
    this.#giveBack(message.id);
    this.#fibers?.ready(fiber, 2);
  }

  #giveBack(call: number): void {
    const lent = this.#lent.get(call);
    if (lent === undefined) return;
    this.#lent.delete(call);
    this.#opened().functions.giveBack(lent);
  }

  #callback(message: CallbackMessage): void {
    const { vm, functions, values, origins } = this.#opened();
    functions.push(vm.main, message.function.id);
    if (vm.type(vm.main, vm.getTop(vm.main)) !== 6) {
      vm.setTop(vm.main, 0);
      const error = new ErrorValue("script.handle-closed", "The function was released");
      this.send({ type: "returned", id: message.id, error });
      return;
    }
    try {
      if (!vm.checkStack(vm.main, message.args.length + SPARE_SLOTS))
        throw new SpellError("limit.stack", "Too many arguments");
      for (const argument of message.args) values.push(vm.main, argument);
    } catch (error) {
      if (!(error instanceof SpellError)) throw error;
      vm.setTop(vm.main, 0);
      this.send({ type: "returned", id: message.id, error: toErrorValue(error) });
      return;
    }
    origins.callbacks.began(message.id, message.function.id);
    this.#fibers?.start(message.id, message.args.length);
  }

  #call(fiber: Fiber<S>, module: string, name: string, args: readonly Value[]): void {
    const id = ++this.#calls;
    this.#inFlight.set(id, fiber);
    fiber.call = id;
    const given = this.#opened().functions.takeGiven();
    if (given.length > 0 && !keepsFunctions(this.#surface, module, name)) this.#lent.set(id, given);
    const call = { type: "call", id, fiber: fiber.id, module, function: name, args } as const;
    const position = this.#place;
    if (position === undefined) return this.send(call);
    this.#place = undefined;
    this.send({ ...call, position });
  }

  #callPosition(thread: S): SourcePosition | undefined {
    const { vm } = this.#opened();
    return callPosition((level) => vm.frame(thread, level), this.#sources);
  }

  #abandon(fiber: Fiber<S>): void {
    if (fiber.call === undefined || !this.#inFlight.delete(fiber.call)) return;
    this.#giveBack(fiber.call);
    this.send({ type: "cancel", id: fiber.call });
  }

  /** A fiber ended: the main one holds the result, a callback's answer goes to the host, any other waits for `await`. */
  #fiberEnded(fiber: Fiber<S>): void {
    const { vm, values, origins } = this.#opened();
    if (typeof fiber.purpose === "number") {
      origins.callbacks.ended(fiber.purpose, fiber.failure);
      const answer = fiber.failure === undefined ? this.#firstResult(fiber) : undefined;
      const error = answer instanceof SpellError ? toErrorValue(answer) : fiber.error;
      const id = fiber.purpose;
      if (error !== undefined) this.send({ type: "returned", id, error });
      else this.send({ type: "returned", id, value: (answer as Value | undefined) ?? null });
      return;
    }
    if (fiber.purpose !== "main") return;
    if (fiber.failure !== undefined) return this.#fail(fiber.failure);
    this.#result = vm.getTop(fiber.thread) === 0 ? null : values.read(fiber.thread, 1, "result");
  }

  #firstResult(fiber: Fiber<S>): Value | SpellError {
    const { vm, values } = this.#opened();
    if (vm.getTop(fiber.thread) === 0) return null;
    try {
      return values.read(fiber.thread, 1, "result");
    } catch (error) {
      if (error instanceof SpellError) return error;
      throw error;
    }
  }

  #run(): void {
    const fibers = this.#fibers;
    if (fibers === undefined || this.#ended) return;
    fibers.run(
      (value, thread) =>
        withOrigin(uncaughtFailure(value, this.#wholeStack(thread), this.#sources), this.#opened().origins.of(thread)),
      () => this.#ended,
    );
    if (this.#ended || this.#inFlight.size > 0) return;
    if (fibers.alive === 0) {
      const unobserved = fibers.unobserved();
      if (unobserved !== undefined) this.#fail(unobserved);
      else this.#end({ type: "result", value: this.#result, fuel: this.#steps });
    } else if (this.#state?.functions.size === 0) {
      this.#fail({
        code: "script.deadlock",
        message: "The spell waits for a task that waits for it, and no call is under way",
        details: null,
        stack: [],
      });
    }
  }

  #wholeStack(thread: S): readonly LuaFrame[] {
    const { vm } = this.#opened();
    const outer = vm.frames(thread, MAX_FRAMES);
    const inner = this.#failedCoroutine;
    return inner !== undefined && inner.error === errorKey(vm, thread, vm.getTop(thread))
      ? [...inner.frames, ...outer]
      : outer;
  }

  #burn(): void {
    this.#steps += HOOK_INTERVAL;
    const fuel = this.#fuel;
    if (this.#steps <= fuel) return;
    throw new LuaLimit("limit.fuel", `The spell ran more than ${fuel} instructions`);
  }

  #opened(): LuaState<S> {
    if (this.#state === undefined) throw new Error("the reactor has not started");
    return this.#state;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#ended) return;
      const thread = this.#fibers?.current?.thread;
      this.#fail(hostFailure(error, thread === undefined ? [] : this.#frames(thread), this.#sources));
    }
  }

  /** After a trap the VM may be in any state, so that even its stack may not be there to read. */
  #frames(thread: S): ReturnType<LuaVm<S>["frames"]> {
    try {
      return this.#opened().vm.frames(thread, MAX_FRAMES);
    } catch {
      return [];
    }
  }

  #fail(failure: Failure): void {
    this.#end({ type: "failure", failure });
  }

  #end(message: EngineMessage): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#inFlight.clear();
    this.send(message);
  }

  dispose(): void {
    this.#ended = true;
    this.#state = undefined;
    this.#fibers = undefined;
  }
}

/** What the parser said of what it refused: the value on top. */
function parserMessage<S>(vm: LuaVm<S>): string {
  const text = vm.toText(vm.main, vm.getTop(vm.main));
  return typeof text === "string" ? text : new TextDecoder().decode(text);
}

/** A first line `#!…` is no Lua; its line break stays, so that lines keep their numbers. */
function stripShebang(source: string): string {
  return source.startsWith("#!") ? source.replace(/^[^\n]*/, "") : source;
}
