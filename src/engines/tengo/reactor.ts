import type { Reactor } from "../../contract/engine.ts";
import type { Failure } from "../../contract/errors.ts";
import type { EngineMessage, HostMessage, Program, StartMessage } from "../../contract/message.ts";
import { bindSurface } from "./bind-surface.ts";
import { compileScript } from "./compile-script.ts";
import { TengoSourceError } from "./errors.ts";
import { hostFailure, sourceFailure } from "./failure.ts";
import { UTC } from "./forms/index.ts";
import { ScriptRun } from "./run-script.ts";
import { HostHandle } from "./values.ts";

/** Runs one Tengo spell: a main fiber, those that it spawns, and a fiber for each callback from the host. */
export class TengoReactor implements Reactor {
  #run: ScriptRun | undefined;
  #fuel = 0;
  #time = 0;
  #ended = false;

  constructor(private readonly send: (message: EngineMessage) => void) {}

  start(message: StartMessage): void {
    this.#time = message.time;
    this.#fuel = message.limits.fuel;
    try {
      if (message.mode === "check") return this.#check(message);
      this.#run = new ScriptRun(
        message,
        (said) => this.#say(said),
        () => this.#time,
      );
    } catch (error) {
      const texts = (file: string) => textOf(message.program, file);
      const failure = error instanceof TengoSourceError ? sourceFailure(error, texts) : hostFailure(error, [], texts);
      return this.#fail(failure);
    }
    this.#guard(() => {});
  }

  /** Compiles the program and each of its modules: one that nothing imports by a literal is looked at as well. */
  #check({ program, surface }: StartMessage): void {
    const { modules } = bindSurface(surface, {
      charge: () => {},
      give: () => undefined as never,
      find: () => undefined,
      handle: (kind, id) => new HostHandle(kind, id, new Map()),
      utc: UTC,
      memory: Number.POSITIVE_INFINITY,
    });
    compileScript(program, modules);
    for (const [file, source] of Object.entries(program.modules)) compileScript({ ...program, file, source }, modules);
    this.#end({ type: "result", value: null, fuel: 0 });
  }

  deliver(message: Exclude<HostMessage, StartMessage>): void {
    const run = this.#run;
    if (this.#ended || run === undefined) return;
    this.#time = message.time;
    this.#guard(() => {
      if (message.type === "return") run.returned(message);
      else if (message.type === "callback") run.callback(message);
      else for (const id of message.functions) run.functions.release(id);
    });
  }

  /** Takes in what came, then runs until every fiber waits. */
  #guard(take: () => void): void {
    const run = this.#run;
    if (run === undefined) return;
    try {
      take();
      run.run(() => this.#ended || run.failure !== undefined);
      if (!this.#ended) this.#settle(run);
    } catch (error) {
      if (!this.#ended) this.#fail(run.failureOf(error));
    }
  }

  #settle(run: ScriptRun): void {
    if (run.failure !== undefined) return this.#fail(run.failure);
    if (run.waits) return;
    if (run.tasks.alive === 0) {
      const unobserved = run.tasks.unobserved();
      if (unobserved !== undefined) this.#fail(unobserved);
      else this.#end({ type: "result", value: run.result, fuel: this.#fuel - run.meter.fuel });
    } else if (run.functions.size === 0) {
      this.#fail({
        code: "script.deadlock",
        message: "The spell waits for a task that waits for it, and no call is under way",
        details: null,
        stack: [],
      });
    }
  }

  #say(message: EngineMessage): void {
    if (message.type === "failure") this.#end(message);
    else if (!this.#ended) this.send(message);
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
    this.#run = undefined;
  }
}

function textOf({ file, source, modules }: Program, wanted: string): string | undefined {
  return wanted === file ? source : modules[wanted];
}
