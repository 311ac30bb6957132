import { randomBytes } from "node:crypto";
import { toErrorValue, SpellError, toFailure, type Failure, type SourcePosition } from "../contract/errors.ts";
import type { Effects } from "../contract/effects.ts";
import type { CallMessage, EngineMessage, ReturnedMessage, Surface } from "../contract/message.ts";
import type { Profile } from "../contract/profile.ts";
import type { RunInfo } from "../contract/run.ts";
import type { FunctionHandle, Value, ValueMap } from "../contract/value.ts";
import { Gate, RedactingStream, requireSize, surfaceOf, type Redactor, type Decision } from "../gate/index.ts";
import { openLocalChannel, openProcessChannel, readAsset, type Channel, type ProcessPool } from "../isolation/index.ts";
import { BRIDGES } from "./catalog.ts";
import type { Audit } from "./audit.ts";
import { explainLimit } from "./explain-limit.ts";
import { explainMissing } from "./explain-missing.ts";
import { runEffects } from "./run-effects.ts";
import type { Learner } from "./learn.ts";
import { newRunId } from "./run-id.ts";
import { WallTimer } from "./wall-timer.ts";
import { warmSchemas } from "./warm-schemas.ts";
import type { LoadedSpell } from "./spell-source.ts";

/** What a run is made from. */
export interface CastOptions {
  readonly spell: LoadedSpell;
  readonly profile: Profile;
  readonly parameters: ValueMap;
  readonly effects: Effects;
  readonly pool: ProcessPool;
  readonly onOutput: (stream: "stdout" | "stderr", text: string | Uint8Array) => void;
  /** Keeps secrets out of what the script and the person see; absent where there are none. */
  readonly redactor?: Redactor | undefined;
  /** Told how many calls to models are under way, whenever that changes. */
  readonly onModelCalls?: (count: number) => void;
  /** Learns what the run uses. */
  readonly learner?: Learner | undefined;
  /** Where the gate's decisions are written. */
  readonly audit?: Audit | undefined;
  /** Aborted when the person interrupts. */
  readonly signal: AbortSignal;
  /** `check` only parses. */
  readonly mode?: "run" | "check";
  /** The same seed and the same answers give the same run. */
  readonly seed?: number;
}

/** How a run ended. */
export interface Outcome {
  readonly id: string;
  readonly failure: Failure | undefined;
  readonly result: Value;
  readonly usage: RunUsage;
}

/** What a run used. */
export interface RunUsage {
  readonly calls: number;
  readonly llmCalls: number;
  readonly tokens: number;
  /** US dollars, by list prices. */
  readonly usd: number;
  /** Steps of the engine, as limits.fuel counts them. */
  readonly fuel: number;
  readonly milliseconds: number;
  readonly outputBytes: number;
}

/** Runs a spell to its end. Never rejects because of the spell: how it ended is in the outcome. */
export function castSpell(options: CastOptions): Promise<Outcome> {
  return new Cast(options).run();
}

/** What a frame adds to the value in it, and what escaping may do to a text. */
const FRAME_SLACK = 64 * 1024;
const ESCAPE_FACTOR = 6;
/** What a process needs besides the script's values, in bytes of resident memory. */
const MEMORY_SLACK = 96 * 1024 * 1024;

class Cast {
  readonly #options: CastOptions;
  readonly #run: RunInfo;
  readonly #surface: Surface;
  readonly #gate: Gate;
  readonly #channel: Channel;
  readonly #wall: WallTimer;
  readonly #started = performance.now();
  readonly #calls = new Map<number, AbortController>();
  /** What would mend a failed call, by code and message: scripts pass errors on without it. */
  readonly #fixes = new Map<string, string>();
  readonly #callbacks = new Map<number, PromiseWithResolvers<Value>>();
  readonly #end = Promise.withResolvers<void>();
  /** What the spell prints, on its way to the person. */
  readonly #clean: { stdout?: RedactingStream; stderr?: RedactingStream } = {};
  #callbackCount = 0;
  #modelCalls = 0;
  #outputBytes = 0;
  #fuel = 0;
  #ended = false;
  #failure: Failure | undefined;
  #result: Value = null;

  constructor(options: CastOptions) {
    this.#options = options;
    const { spell, profile, parameters, effects } = options;
    const { manifest, engine } = spell;
    this.#run = {
      id: newRunId(effects.clock.now()),
      spell: spell.name,
      version: manifest.version,
      description: manifest.description,
      parameters,
      naming: engine.naming,
    };
    this.#surface = surfaceOf(BRIDGES, profile, this.#run);
    this.#wall = new WallTimer(profile.limits.wallTime, () => this.#overtime());
    const { redactor } = options;
    this.#gate = new Gate({
      bridges: BRIDGES,
      profile,
      run: this.#run,
      effects: runEffects({ effects, wall: this.#wall, redactor, askTimeout: profile.askTimeout }),
      redactor,
      observe: this.#observer(),
      callback: (target, args) => this.#callback(target, args),
    });
    this.#channel = this.#openChannel();
  }

  #observer(): ((decision: Decision) => void) | undefined {
    const { audit, learner, spell, profile } = this.#options;
    if (audit === undefined && learner === undefined) return undefined;
    const run = { id: this.#run.id, spell: spell.name, profile };
    return (decision) => {
      audit?.note(run, decision);
      learner?.note(decision);
    };
  }

  #openChannel(): Channel {
    const { spell, profile, pool } = this.#options;
    const { limits, isolation } = profile;
    const { rung, hardening } = isolation;
    const events = {
      onMessage: (message: EngineMessage) => this.#receive(message),
      onEnd: (failure: Failure | undefined) => {
        if (failure !== undefined) this.#fail(failure);
        this.#ended = true;
        this.#end.resolve();
      },
    };
    if (rung === "none") return openLocalChannel(spell.engine, readAsset, events, hardening);
    const largest = Math.max(limits.result, limits.arguments, limits.output);
    const frame = largest * ESCAPE_FACTOR + FRAME_SLACK;
    const outside = { frame, memory: limits.memory + MEMORY_SLACK };
    return openProcessChannel(pool.take(spell.engine.id), outside, events, hardening);
  }

  async run(): Promise<Outcome> {
    const { signal } = this.#options;
    const interrupt = () => this.#fail({ code: "interrupted", message: "Interrupted", details: null, stack: [] });
    signal.addEventListener("abort", interrupt, { once: true });
    try {
      this.#checkSizes();
      await this.#warm();
      await this.#channel.ready;
      if (signal.aborted) interrupt();
      this.#wall.start();
      if (!this.#ended) this.#start();
    } catch (error) {
      this.#fail(toFailure(error));
    }
    await this.#end.promise;
    this.#wall.stop();
    signal.removeEventListener("abort", interrupt);
    return this.#withoutSecrets(this.#outcome());
  }

  /** Makes schemas while the process is not ready; where it waits already, it comes first. */
  async #warm(): Promise<void> {
    const { spell, mode = "run" } = this.#options;
    if (mode !== "run") return;
    let isReady = false;
    const heard = () => {
      isReady = true;
    };
    this.#channel.ready.then(heard, heard);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    const warm = () => warmSchemas(spell.program.source, this.#surface, BRIDGES);
    if (isReady) setImmediate(warm);
    else warm();
  }

  #checkSizes(): void {
    const { spell, profile, parameters } = this.#options;
    const { limits } = profile;
    const texts = [spell.program.source, ...Object.values(spell.program.modules)];
    const source = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (source > limits.source) {
      throw new SpellError("limit.source", `The source has ${source} bytes, over limits.source = ${limits.source}`, {
        details: { limit: "source", value: limits.source },
      });
    }
    requireSize(parameters, limits.parameters, "parameters", spell.name);
  }

  #start(): void {
    const { spell, profile, parameters, effects, mode = "run" } = this.#options;
    this.#channel.send({
      type: "start",
      mode,
      program: spell.program,
      parameters,
      surface: this.#surface,
      limits: profile.limits,
      seed: this.#options.seed ?? randomBytes(4).readUInt32LE(),
      time: effects.clock.now(),
    });
  }

  #overtime(): void {
    const { wallTime } = this.#options.profile.limits;
    const message = `The run took longer than limits.wallTime = ${wallTime} ms`;
    this.#fail({ code: "limit.wall-time", message, details: { limit: "wallTime", value: wallTime }, stack: [] });
  }

  #receive(message: EngineMessage): void {
    if (message.type === "output") return this.#output(message.stream, message.text);
    if (this.#ended || this.#failure !== undefined) return;
    switch (message.type) {
      case "call":
        return void this.#call(message);
      case "cancel":
        return this.#calls.get(message.id)?.abort(new SpellError("call.cancelled", "The call was cancelled"));
      case "returned":
        return this.#returned(message);
      case "result":
        return this.#finish(message.value, message.fuel);
      case "failure":
        return this.#fail(this.#explain(message.failure));
    }
  }

  #output(stream: "stdout" | "stderr", text: string | Uint8Array): void {
    const { output } = this.#options.profile.limits;
    if (this.#outputBytes > output) return;
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    const room = output - this.#outputBytes;
    this.#outputBytes += bytes.length;
    this.#print(stream, bytes.length <= room ? text : bytes.subarray(0, room));
    if (bytes.length <= room) return;
    const message = `The spell printed more than limits.output = ${output} bytes`;
    this.#fail({ code: "limit.output", message, details: { limit: "output", value: output }, stack: [] });
  }

  #print(stream: "stdout" | "stderr", text: string | Uint8Array): void {
    const { redactor, onOutput } = this.#options;
    if (redactor === undefined) return onOutput(stream, text);
    this.#clean[stream] ??= new RedactingStream(redactor, (piece) => onOutput(stream, piece));
    this.#clean[stream].push(text);
  }

  async #call(message: CallMessage): Promise<void> {
    const { id, module, args } = message;
    const controller = new AbortController();
    this.#calls.set(id, controller);
    const now = () => this.#options.effects.clock.now();
    const toModel = BRIDGES.get(module)?.capability === "model";
    if (toModel) this.#options.onModelCalls?.(++this.#modelCalls);
    try {
      const value = await this.#gate.call(module, message.function, args, controller.signal);
      if (!this.#ended) this.#channel.send({ type: "return", id, value, time: now() });
    } catch (error) {
      const failure = toFailure(error);
      this.#keepFix(failure);
      if (ENDS_THE_RUN.has(failure.code)) this.#fail(failure);
      else if (!this.#ended) this.#channel.send({ type: "return", id, error: toErrorValue(error), time: now() });
    } finally {
      this.#calls.delete(id);
      if (toModel) this.#options.onModelCalls?.(--this.#modelCalls);
    }
  }

  #keepFix(failure: Failure): void {
    if (failure.fix === undefined) return;
    if (this.#fixes.size >= MAX_FIXES) this.#fixes.clear();
    this.#fixes.set(fixKey(failure), failure.fix);
  }

  #callback(target: FunctionHandle, args: readonly Value[]): Promise<Value> {
    const pending = Promise.withResolvers<Value>();
    if (this.#ended) {
      pending.reject(new SpellError("call.cancelled", "The run has ended"));
      return pending.promise;
    }
    const id = ++this.#callbackCount;
    this.#callbacks.set(id, pending);
    const clean = (this.#options.redactor?.value(args) ?? args) as readonly Value[];
    this.#channel.send({
      type: "callback",
      id,
      function: target,
      args: clean,
      time: this.#options.effects.clock.now(),
    });
    return pending.promise;
  }

  #returned(message: ReturnedMessage): void {
    const pending = this.#callbacks.get(message.id);
    this.#callbacks.delete(message.id);
    if (message.error === undefined) pending?.resolve(message.value ?? null);
    else pending?.reject(message.error);
  }

  #finish(result: Value, fuel: number): void {
    this.#fuel = fuel;
    try {
      requireSize(result, this.#options.profile.limits.result, "result", this.#options.spell.name);
      this.#result = result;
    } catch (error) {
      this.#failure ??= toFailure(error);
    }
    this.#stop();
  }

  /** What the engine says, with its files as the person would write them. */
  #explain(failure: Failure): Failure {
    const { spell, profile } = this.#options;
    const shown = <T extends SourcePosition>(place: T): T => ({
      ...place,
      file: spell.shown.get(place.file) ?? place.file,
    });
    const { position, stack } = failure;
    const places = position === undefined ? {} : { position: shown(position) };
    const fix = failure.fix ?? this.#fixes.get(fixKey(failure));
    const mended = fix === undefined ? {} : { fix };
    return explainMissing({ ...failure, ...places, ...mended, stack: stack.map(shown) }, profile);
  }

  /** The first failure counts: what comes after it is its consequence. */
  #fail(failure: Failure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#stop();
  }

  #stop(): void {
    const over = new SpellError("call.cancelled", "The run has ended");
    for (const controller of this.#calls.values()) controller.abort(over);
    for (const pending of this.#callbacks.values()) pending.reject(over);
    this.#callbacks.clear();
    this.#gate.close();
    this.#channel.kill();
  }

  #withoutSecrets(outcome: Outcome): Outcome {
    const { redactor } = this.#options;
    if (redactor === undefined) return outcome;
    this.#clean.stdout?.end();
    this.#clean.stderr?.end();
    const { failure, result } = outcome;
    return { ...outcome, failure: failure && redactor.failure(failure), result: redactor.value(result) };
  }

  #outcome(): Outcome {
    const { ledger } = this.#gate;
    return {
      id: this.#run.id,
      failure: this.#failure && explainLimit(this.#failure, this.#options.profile),
      result: this.#failure === undefined ? this.#result : null,
      usage: {
        calls: ledger.calls,
        llmCalls: ledger.llmCalls,
        tokens: ledger.tokens,
        usd: ledger.usd,
        fuel: this.#fuel,
        milliseconds: Math.round(performance.now() - this.#started),
        outputBytes: this.#outputBytes,
      },
    };
  }
}

/** A script may fail in as many ways as it likes; the last ones are enough. */
const MAX_FIXES = 100;

function fixKey({ code, message }: Failure): string {
  return `${code} ${message}`;
}

/**
 * A script that could catch this limit could go on asking for ever. Budgets can be caught and told of: nothing is spent
 * once they are used up, and each further call counts against this limit.
 */
const ENDS_THE_RUN: ReadonlySet<string> = new Set(["limit.calls"]);
