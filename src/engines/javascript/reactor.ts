import type { Reactor } from "../../contract/engine.ts";
import { CallbackFailures, withOrigin } from "../../contract/callback-failures.ts";
import {
  cutMessage,
  SpellError,
  toErrorValue,
  type Failure,
  type SourcePosition,
  type StackFrame,
} from "../../contract/errors.ts";
import type {
  CallbackMessage,
  EngineMessage,
  HostMessage,
  ReturnMessage,
  StartMessage,
} from "../../contract/message.ts";
import { ErrorValue, type Value } from "../../contract/value.ts";
import { decodeValue, encodeForOneNumber, type WireValue } from "../../contract/wire.ts";
import { describeError, uncaughtFailure, type ErrorDescription } from "./failure.ts";
import { ModuleFinder } from "./modules.ts";
import type { PreludeFunctions, VmMaker } from "./opened-vm.ts";
import { EVALUATE, type Outcome, type QuickJsVm } from "./quickjs-vm.ts";
import { QuickJsTrap } from "./quickjs-wasm.ts";
import { callPosition, parseStack } from "./stack.ts";
import { surfaceTexts } from "./surface-texts.ts";
import { syntaxProblem } from "./syntax-problem.ts";

/** Before a spell there is the prelude only. */
const NO_MODULES = new ModuleFinder({ file: "", source: "", modules: {} }, {}, false);

type Delivery = Exclude<HostMessage, StartMessage>;

/** Runs one spell in JavaScript: its modules, its promises, and the functions that the host calls back. */
export class JavaScriptReactor implements Reactor {
  #vm: QuickJsVm | undefined;
  #prelude: PreludeFunctions | undefined;
  #modules = NO_MODULES;
  #start: StartMessage | undefined;
  #time = 0;
  #ended = false;
  #result: { value: Value } | undefined;
  /** The fiber that a call belongs to: that of the message which is being worked on. */
  #fiber = 1;
  #lastFiber = 1;
  readonly #calls = new Map<number, number>();
  /** Those among the calls that wait for a timer: a spell that has its result does not wait for them. */
  readonly #timers = new Set<number>();
  readonly #callbacks = new Map<number, number>();
  readonly #callbackFailures = new CallbackFailures();
  /** The last failure of a callback that came back as the error of a call. */
  #origin: Failure | undefined;
  readonly #functions = new Set<number>();
  /** Messages that came while the script was running, from within `send`. */
  readonly #waiting: Delivery[] = [];
  #busy = false;

  /** The VM is made at once: a reactor that waits for its spell starts it without delay. */
  constructor(
    private readonly makeVm: VmMaker,
    private readonly send: (message: EngineMessage) => void,
  ) {
    const { vm, prelude } = makeVm({
      now: () => this.#time,
      post: (text, stack) => this.#posted(text, stack),
      normalize: (importer, name) => this.#modules.normalize(importer, name),
      load: (path) => this.#modules.load(path),
    });
    this.#vm = vm;
    this.#prelude = prelude;
  }

  start(message: StartMessage): void {
    const { limits, seed } = message;
    const positions = message.positions === true ? { positions: true } : {};
    this.#start = message;
    this.#time = message.time;
    const modules = new ModuleFinder(message.program, message.surface, message.mode === "check");
    this.#modules = modules;
    this.#work(() => {
      const vm = this.#opened();
      vm.limit(limits.memory, limits.fuel);
      this.#enter("open", {
        surface: surfaceTexts(message.surface),
        handles: limits.handles,
        seed,
        lengths: longestArrays(limits),
        ...positions,
      });
      if (message.mode === "check") this.#check(vm, modules);
      else this.#enter("run", { file: modules.main, parameters: encodeForOneNumber(message.parameters) });
    });
  }

  #check(vm: QuickJsVm, modules: ModuleFinder): void {
    for (const file of modules.sources.keys()) {
      const outcome = vm.evaluate(modules.text(file), file, EVALUATE.compileOnly);
      if (outcome.thrown) this.#callPrelude("fail", outcome.value);
    }
    this.#end({ type: "result", value: null, fuel: 0 });
  }

  deliver(message: Delivery): void {
    if (this.#ended || this.#start === undefined) return;
    if (this.#busy) {
      this.#waiting.push(message);
      return;
    }
    this.#work(() => this.#take(message));
  }

  #take(message: Delivery): void {
    this.#time = message.time;
    if (message.type === "return") this.#returned(message);
    else if (message.type === "callback") this.#callback(message);
    else {
      for (const id of message.functions) this.#functions.delete(id);
      this.#enter("deliver", ["release", message.functions]);
    }
  }

  #returned(message: ReturnMessage): void {
    const fiber = this.#calls.get(message.id);
    if (fiber === undefined) return;
    this.#calls.delete(message.id);
    this.#timers.delete(message.id);
    this.#fiber = fiber;
    this.#origin = this.#callbackFailures.ofCall([], message.error) ?? this.#origin;
    let answer: [ok: boolean, wire: WireValue];
    try {
      answer = [message.error === undefined, encodeForOneNumber(message.error ?? message.value ?? null, "answer")];
    } catch (error) {
      answer = [false, encodeForOneNumber(toErrorValue(error), "answer")];
    }
    this.#enter("deliver", ["return", message.id, ...answer]);
  }

  #callback(message: CallbackMessage): void {
    const limit = this.#start?.limits.fibers ?? 0;
    if (this.#callbacks.size + 1 >= limit) {
      const error = new ErrorValue("limit.fibers", `The spell has more than ${limit} fibers at once`);
      this.send({ type: "returned", id: message.id, error });
      return;
    }
    this.#fiber = ++this.#lastFiber;
    this.#callbacks.set(message.id, this.#fiber);
    this.#callbackFailures.began(message.id, message.function.id);
    this.#enter("deliver", ["callback", message.id, message.function.id, encodeForOneNumber(message.args, "args")]);
  }

  #enter(name: keyof PreludeFunctions, argument: object): void {
    const vm = this.#opened();
    const text = vm.newText(JSON.stringify(argument));
    this.#callPrelude(name, text);
    vm.free(text);
  }

  #callPrelude(name: keyof PreludeFunctions, argument: number): void {
    const prelude = this.#prelude;
    if (prelude === undefined) throw new QuickJsTrap("out of memory");
    const vm = this.#opened();
    const outcome = vm.call(prelude[name], argument);
    this.#expect(outcome);
    vm.free(outcome.value);
  }

  /** The prelude throws nothing, but for what no script can prevent: limits. */
  #expect(outcome: Outcome): void {
    const vm = this.#opened();
    if (!outcome.thrown || vm.interrupted) return this.#checkFuel(outcome.thrown ? outcome.value : undefined);
    const message = vm.toText(outcome.value) ?? "";
    if (vm.refused || message.includes("out of memory")) throw new QuickJsTrap("out of memory");
    throw new Error(`the prelude failed: ${message} ${vm.toText(vm.property(outcome.value, "stack")) ?? ""}`);
  }

  /** Runs what became possible, and looks whether the run is over. */
  #drain(): void {
    if (this.#ended) return;
    const vm = this.#opened();
    this.#checkFuel(vm.runJobs());
    for (let reason = vm.takeRejection(); reason !== undefined; reason = vm.takeRejection()) {
      this.#callPrelude("fail", reason);
    }
    const isDone = (this.#result?.value ?? null) !== null;
    if (this.#ended || this.#calls.size > (isDone ? this.#timers.size : 0)) return;
    if (this.#result !== undefined && this.#callbacks.size === 0) {
      this.#end({ type: "result", value: this.#result.value, fuel: vm.steps });
    } else if (this.#functions.size === 0) {
      const what = this.#result === undefined ? "The spell waits" : "A function that the host called waits";
      const message = `${what} for a promise that nothing can settle: no call is under way`;
      this.#fail(
        vm.refused ? memoryFailure(this.#start) : { code: "script.deadlock", message, details: null, stack: [] },
      );
    }
  }

  /** Ends the run where it was interrupted, with the error that QuickJS made then. */
  #checkFuel(error?: number): void {
    const vm = this.#opened();
    if (!vm.interrupted) return;
    this.#failFuel(error === undefined ? [] : parseStack(vm.toText(vm.property(error, "stack")), this.#modules));
    throw new QuickJsTrap("ended");
  }

  #failFuel(stack: readonly StackFrame[] = []): void {
    const position: SourcePosition | undefined = stack[0];
    const message = `The spell ran more than ${this.#start?.limits.fuel} steps`;
    const place = position && { position: { file: position.file, line: position.line, column: position.column } };
    this.#fail({ code: "limit.fuel", message, details: null, stack, ...place });
  }

  /** A message of the prelude. */
  #posted(text: string, from: string | undefined): void {
    if (this.#ended) throw new QuickJsTrap("ended");
    // Within `await` QuickJS makes an ordinary error of an interrupt.
    this.#checkFuel();
    const message = JSON.parse(text) as readonly unknown[];
    const [type, first] = message;
    switch (type) {
      case "call": {
        const [, id, module, name, args] = message as readonly [string, number, string, string, unknown];
        this.#calls.set(id, this.#fiber);
        const values = decodeValue(args, "args") as readonly Value[];
        const call = { type: "call", id, fiber: this.#fiber, module, function: name, args: values } as const;
        const position = from === undefined ? undefined : callPosition(from, this.#modules);
        this.send(position === undefined ? call : { ...call, position });
        return;
      }
      case "timer":
        this.#timers.add(first as number);
        return;
      case "cancel":
        this.#calls.delete(first as number);
        this.#timers.delete(first as number);
        this.send({ type: "cancel", id: first as number });
        return;
      case "output":
        this.send({ type: "output", stream: first as "stdout" | "stderr", text: message[2] as string });
        return;
      case "registered":
        this.#functions.add(first as number);
        return;
      case "released":
        this.#functions.delete(first as number);
        return;
      case "returned":
        this.#answered(message as readonly [string, number, boolean, unknown]);
        return;
      case "result":
        this.#result = { value: decodeValue(first, "result") };
        return;
      default:
        this.#fail(this.#uncaught(first as ErrorDescription));
        throw new QuickJsTrap("ended");
    }
  }

  #answered([, id, ok, answer]: readonly [string, number, boolean, unknown]): void {
    this.#callbacks.delete(id);
    if (ok) {
      this.#callbackFailures.ended(id, undefined);
      return this.send({ type: "returned", id, value: decodeValue(answer, "result") });
    }
    const failure = this.#uncaught(answer as ErrorDescription);
    const error = new ErrorValue(failure.code, describeError(answer as ErrorDescription), failure.details);
    this.#callbackFailures.ended(id, { ...failure, message: error.message });
    this.send({ type: "returned", id, error });
  }

  #uncaught(error: ErrorDescription): Failure {
    const vm = this.#opened();
    const findProblem = (source: string) => syntaxProblem(this.makeVm, source);
    const found = uncaughtFailure(error, this.#modules, vm.refused, findProblem);
    const isOrigin = found.code === this.#origin?.code && found.message === this.#origin.message;
    const failure = isOrigin ? withOrigin(found, this.#origin) : found;
    return failure.code === "limit.memory" ? { ...failure, message: memoryFailure(this.#start).message } : failure;
  }

  #opened(): QuickJsVm {
    if (this.#vm === undefined) throw new Error("the reactor has not started");
    return this.#vm;
  }

  /** Works on one message, then on those that came meanwhile. */
  #work(step: () => void): void {
    this.#busy = true;
    try {
      for (let next: (() => void) | undefined = step; next !== undefined && !this.#ended;) {
        this.#fiber = 1;
        next();
        this.#drain();
        const late = this.#waiting.shift();
        next = late && (() => this.#take(late));
      }
    } catch (error) {
      if (!this.#ended && this.#vm?.interrupted === true) this.#failFuel();
      if (!this.#ended) this.#fail(hostFailure(error, this.#vm, this.#start));
    } finally {
      this.#busy = false;
      if (this.#ended) this.dispose();
    }
  }

  #fail(failure: Failure): void {
    this.#end({ type: "failure", failure });
  }

  #end(message: EngineMessage): void {
    if (this.#ended) return;
    this.#ended = true;
    this.send(message);
  }

  dispose(): void {
    this.#ended = true;
    this.#vm = undefined;
    this.#prelude = undefined;
  }
}

/** How many items an array may have among arguments, and in a result or an answer: each takes two bytes at least. */
function longestArrays({ arguments: sent, result, answer }: StartMessage["limits"]): readonly number[] {
  return [Math.ceil(sent / 2), Math.ceil(Math.max(sent, result, answer) / 2)];
}

function memoryFailure(start: StartMessage | undefined): Failure {
  const message = `The spell used more than ${start?.limits.memory} bytes of memory`;
  return { code: "limit.memory", message, details: null, stack: [] };
}

/** What ended the run from outside of the script: the VM is broken, or the host could not go on. */
function hostFailure(error: unknown, vm: QuickJsVm | undefined, start: StartMessage | undefined): Failure {
  if (error instanceof SpellError) {
    return { code: error.code, message: error.message, details: error.details, stack: [] };
  }
  if (error instanceof QuickJsTrap || error instanceof WebAssembly.RuntimeError) {
    if (vm === undefined || vm.refused || error.message === "out of memory") return memoryFailure(start);
  }
  if (error instanceof RangeError) {
    const message = "The spell's calls nest too deeply for the virtual machine";
    return { code: "limit.stack", message, details: null, stack: [] };
  }
  const message = cutMessage(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return { code: "internal", message, details: null, stack: [] };
}
