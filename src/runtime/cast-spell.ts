import { toErrorValue, SpellError, toFailure, type Failure, type SourcePosition } from "../contract/errors.ts";
import type { ReturnEntry, RunJournal } from "../contract/journal.ts";
import type { CallMessage, EngineMessage, StartMessage, Surface } from "../contract/message.ts";
import type { RunInfo } from "../contract/run.ts";
import type { CallUse } from "../contract/spending.ts";
import type { Value } from "../contract/value.ts";
import { CallEnd, Gate, requireSize, type Decision } from "../gate/index.ts";
import {
  openLocalChannel,
  openProcessChannel,
  readAsset,
  type Channel,
  type ChannelEvents,
} from "../isolation/index.ts";
import { BRIDGES } from "./catalog.ts";
import type { CastOptions } from "./cast-options.ts";
import type { Outcome } from "./outcome.ts";
import { explainLimit } from "./explain-limit.ts";
import { explainMissing } from "./explain-missing.ts";
import { runEffects } from "./run-effects.ts";
import { runNested } from "./nested-run.ts";
import { newRunId } from "./run-id.ts";
import { runSurface } from "./run-surface.ts";
import { ScriptCallbacks } from "./script-callbacks.ts";
import { Spent } from "./spent.ts";
import { SpellOutput } from "./spell-output.ts";
import { cleanEntry, cleanStart } from "./tape/clean-entry.ts";
import { OutputTape } from "./tape/output-tape.ts";
import { restoreGate } from "./tape/restore-gate.ts";
import { TapedChannel } from "./tape/taped-channel.ts";
import { WallTimer } from "./wall-timer.ts";
import { warmSchemas } from "./warm-schemas.ts";

export type { CastOptions } from "./cast-options.ts";
export type { Outcome, RunUsage } from "./outcome.ts";

/** Runs a spell to its end. Never rejects because of the spell: how it ended is in the outcome. */
export function castSpell(options: CastOptions): Promise<Outcome> {
  return new Cast(options).run();
}

/** What a frame adds to the value in it, and what escaping may do to a text. */
const FRAME_SLACK = 64 * 1024;
const ESCAPE_FACTOR = 6;
/** What a process needs besides the script's values, in bytes of resident memory. */
const MEMORY_SLACK = 96 * 1024 * 1024;

/** Recorded answers that are on their way to a spell's process at once. */
const AHEAD = 64;

class Cast {
  readonly #options: CastOptions;
  readonly #run: RunInfo;
  readonly #surface: Surface;
  readonly #gate: Gate;
  readonly #channel: Channel | TapedChannel;
  readonly #wall: WallTimer;
  readonly #started = performance.now();
  readonly #calls = new Map<number, CallEnd>();
  /** What would mend a failed call, by code and message: scripts pass errors on without it. */
  readonly #fixes = new Map<string, string>();
  readonly #callbacks: ScriptCallbacks;
  readonly #end = Promise.withResolvers<void>();
  readonly #output: SpellOutput;
  readonly #printed: OutputTape | undefined;
  #journal: RunJournal | undefined;
  /** What was spent by calls that had been answered: by streams. The next answer has it. */
  readonly #late = new Spent();
  #modelCalls = 0;
  #fuel = 0;
  #ended = false;
  /** The outcome of a run that ended well, written down while its process dies. */
  #kept: Outcome | undefined;
  readonly #wellEnded = Promise.withResolvers<void>();
  #failure: Failure | undefined;
  #result: Value = null;

  constructor(options: CastOptions) {
    this.#options = options;
    const { spell, profile, parameters, effects, tape, redactor } = options;
    const { manifest, engine } = spell;
    this.#run = {
      id: tape?.id ?? newRunId(effects.clock.now()),
      spell: spell.name,
      version: manifest.version,
      description: manifest.description,
      parameters,
      naming: engine.naming,
    };
    this.#surface = runSurface(profile, this.#run);
    const elapsed = this.#goesOn() ? (tape?.record?.elapsed ?? 0) : 0;
    this.#wall = new WallTimer(Math.max(1, profile.limits.wallTime - elapsed), () => this.#overtime());
    this.#output = new SpellOutput(profile.limits.output, redactor, (stream, text) => this.#print(stream, text));
    if (tape !== undefined) this.#printed = new OutputTape(tape.record?.output ?? []);
    this.#callbacks = new ScriptCallbacks({
      now: () => effects.clock.now(),
      clean: (args) => (redactor?.value(args) ?? args) as readonly Value[],
      recorded: (id, index) => this.#taped()?.recordedCallback(id, index),
      send: (entry) => this.#channel.send(entry),
    });
    this.#gate = new Gate({
      bridges: BRIDGES,
      profile,
      run: this.#run,
      effects: runEffects({
        ...{ effects, run: this.#run, wall: this.#wall, redactor, askTimeout: profile.askTimeout },
        claim: (bytes) => this.#output.claim(bytes),
      }),
      redactor,
      observe: this.#observer(),
      elapsed: () => performance.now(),
      runLeft: () => this.#wall.left(),
      callback: (target, args, { id }) => this.#callbacks.call(target, args, id),
      onBegin: (id) => this.#begin(id),
      parent: options.parent,
      cast: (name, given, origin, ended) => {
        // What the part does must be found under its call, whenever this process dies.
        this.#journal?.flush();
        const request = { name, parameters: given, origin, signal: ended };
        return runNested({ options, gate: this.#gate, cast: castSpell }, request);
      },
    });
    this.#channel = this.#openChannel();
  }

  /** Whether it has effects after what was recorded. */
  #goesOn(): boolean {
    return this.#options.tape?.loadJournal !== undefined;
  }

  #taped(): TapedChannel | undefined {
    return this.#channel instanceof TapedChannel ? this.#channel : undefined;
  }

  #keyOf(id: number): string {
    return `${this.#run.id}-${id}`;
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

  #openChannel(): Channel | TapedChannel {
    const { tape, redactor, profile } = this.#options;
    const { rung } = profile.isolation;
    const events = {
      onMessage: (message: EngineMessage) => this.#receive(message),
      onEnd: (failure: Failure | undefined) => {
        if (failure !== undefined) this.#fail(failure);
        this.#ended = true;
        this.#end.resolve();
      },
    };
    if (tape === undefined) return this.#openEngine(events);
    const { record, pace, onReplayed } = tape;
    return new TapedChannel({
      open: (inner) => this.#openEngine(inner),
      events: { ...events, onFault: (failure) => this.#fail(failure) },
      journal: () => this.#journal,
      now: () => Math.round(this.#options.effects.clock.now()),
      record,
      clean: cleanEntry(redactor),
      onLive: this.#goesOn() ? () => this.#goLive() : undefined,
      pace,
      onReplayed,
      // Who looks on, or wants it to stop somewhere, must not find it further on.
      ahead: rung === "none" || pace !== undefined || onReplayed !== undefined ? 0 : AHEAD,
    });
  }

  #openEngine(events: ChannelEvents): Channel {
    const { spell, profile, pool } = this.#options;
    const { limits, isolation } = profile;
    const { rung, hardening } = isolation;
    if (rung === "none") return openLocalChannel(spell.engine, readAsset, events, hardening);
    const largest = Math.max(limits.result, limits.arguments, limits.output);
    const frame = largest * ESCAPE_FACTOR + FRAME_SLACK;
    const outside = { frame, memory: limits.memory + MEMORY_SLACK };
    return openProcessChannel(pool.take(spell.engine.id), outside, events, hardening);
  }

  /** What was recorded is delivered: the gate knows of it, and from here on calls have effects. */
  async #goLive(): Promise<void> {
    const { tape, effects, profile } = this.#options;
    if (tape?.record === undefined) return;
    await this.#gate.restore(restoreGate(tape.record, BRIDGES, (id) => this.#keyOf(id), profile.bridges));
    const last = tape.record.deliveries.findLast(({ type }) => type === "callback");
    this.#callbacks.continueAfter(last?.type === "callback" ? last.id : 0);
    this.#journal?.append({ type: "session", time: Math.round(effects.clock.now()) });
    this.#taped()?.wrote();
  }

  /** A call is about to have an effect that nobody may repeat unasked: that is on disk first. */
  #begin(id: number): void {
    this.#journal?.append({ type: "begun", id });
    this.#journal?.flush();
  }

  async run(): Promise<Outcome> {
    const { signal } = this.#options;
    const interrupt = () => this.#fail({ code: "interrupted", message: "Interrupted", details: null, stack: [] });
    signal.addEventListener("abort", interrupt, { once: true });
    try {
      this.#checkSizes();
      const open = await this.#options.tape?.loadJournal?.();
      // A script of its own process has work of its own now, and nothing of it is heard before: no time is lost.
      const isLate = this.#options.tape?.record === undefined && this.#options.profile.isolation.rung === "process";
      if (!isLate) this.#journal = open?.();
      // What cannot be made is heard of where it is needed.
      this.#warm().catch(() => {});
      await this.#channel.ready;
      if (signal.aborted) interrupt();
      this.#wall.start();
      if (!this.#ended) this.#start(isLate ? open : undefined);
    } catch (error) {
      this.#fail(toFailure(error));
    }
    await (this.#options.eager ? Promise.race([this.#end.promise, this.#wellEnded.promise]) : this.#end.promise);
    this.#wall.stop();
    signal.removeEventListener("abort", interrupt);
    return this.#kept ?? this.#written(this.#withoutSecrets(this.#outcome()));
  }

  /** Makes schemas while nothing else is to be done: between two the process may be ready, and then it comes first. */
  async #warm(): Promise<void> {
    const { spell, mode = "run" } = this.#options;
    if (mode !== "run") return;
    const steps = warmSchemas(spell.program.source, this.#surface, BRIDGES);
    for (let done: boolean | undefined; done !== true && !this.#ended; done = steps.next().done) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
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

  /** Begins the run, and its record: `open` opens the journal where it is not open yet. */
  #start(open: (() => RunJournal) | undefined): void {
    const { spell, profile, parameters, effects, tape, redactor, mode = "run" } = this.#options;
    const { record, begin, positions } = tape ?? {};
    const message: StartMessage = record?.start.message ?? {
      type: "start",
      mode,
      program: spell.program,
      parameters,
      surface: this.#surface,
      limits: profile.limits,
      seed: this.#options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
      time: effects.clock.now(),
    };
    const note = () => {
      if (begin !== undefined) this.#journal?.append(cleanStart(begin(message), redactor));
    };
    if (open === undefined) note();
    this.#channel.send(positions === undefined ? message : { ...message, positions });
    if (open === undefined) return;
    this.#journal = open();
    note();
    this.#journal.flush();
  }

  #overtime(): void {
    const { wallTime } = this.#options.profile.limits;
    const message = `The run took longer than limits.wallTime = ${wallTime} ms`;
    this.#fail({ code: "limit.wall-time", message, details: { limit: "wallTime", value: wallTime }, stack: [] });
  }

  #receive(message: EngineMessage): void {
    if (message.type === "output") {
      const failure = this.#output.push(message.stream, message.text);
      return failure && this.#fail(failure);
    }
    if (this.#ended || this.#failure !== undefined) return;
    switch (message.type) {
      case "call":
        return void this.#call(message);
      case "cancel":
        return this.#calls.get(message.id)?.end(new SpellError("call.cancelled", "The call was cancelled"));
      case "returned":
        return this.#callbacks.returned(message);
      case "result":
        return this.#finish(message.value, message.fuel);
      case "failure":
        return this.#fail(this.#explain(message.failure));
    }
  }

  #print(stream: "stdout" | "stderr", text: string | Uint8Array): void {
    this.#options.onOutput(stream, text);
    try {
      const added = this.#printed?.take(stream, text);
      if (added === undefined || this.#journal === undefined) return;
      this.#journal.append({ type: "output", stream, text: added });
      this.#taped()?.wrote();
    } catch (error) {
      this.#fail(toFailure(error));
    }
  }

  async #call(message: CallMessage): Promise<void> {
    const { id, module, args } = message;
    const end = new CallEnd();
    const spent = new Spent();
    const origin = {
      id,
      key: this.#keyOf(id),
      onSpend: (part: CallUse) => (spent.isOver ? this.#late : spent).add(part),
    };
    this.#calls.set(id, end);
    const now = () => this.#options.effects.clock.now();
    const toModel = BRIDGES.get(module)?.capability === "model";
    if (toModel) this.#options.onModelCalls?.(++this.#modelCalls);
    try {
      const value = await this.#gate.call(module, message.function, args, end, origin);
      if (!this.#ended) this.#channel.send({ type: "return", id, value, time: now(), ...this.#noted(spent) });
    } catch (error) {
      const failure = toFailure(error);
      this.#keepFix(failure);
      if (ENDS_THE_RUN.has(failure.code)) this.#fail(failure);
      else if (!this.#ended)
        this.#channel.send({ type: "return", id, error: toErrorValue(error), time: now(), ...this.#noted(spent) });
    } finally {
      this.#calls.delete(id);
      if (toModel) this.#options.onModelCalls?.(--this.#modelCalls);
    }
  }

  /** For the journal: what a call spent, what others spent late, and what was read. */
  #noted(spent: Spent): Pick<ReturnEntry, "spent" | "read"> {
    spent.isOver = true;
    if (this.#journal === undefined) return {};
    spent.add(this.#late.take() ?? { tokens: 0, usd: 0 });
    const use = spent.take();
    const read = this.#gate.takeRead();
    return { ...(use !== undefined && { spent: use }), ...(read.length > 0 && { read }) };
  }

  #keepFix(failure: Failure): void {
    if (failure.fix === undefined) return;
    if (this.#fixes.size >= MAX_FIXES) this.#fixes.clear();
    this.#fixes.set(fixKey(failure), failure.fix);
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
    // The result is the last message: nothing can come that would belong to the record.
    if (this.#failure !== undefined) return;
    this.#kept = this.#written(this.#withoutSecrets(this.#outcome()));
    this.#wellEnded.resolve();
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
    for (const call of this.#calls.values()) call.end(over);
    this.#callbacks.end(over);
    this.#gate.close();
    this.#channel.kill();
  }

  #withoutSecrets(outcome: Outcome): Outcome {
    const { redactor } = this.#options;
    this.#output.end();
    if (redactor === undefined) return outcome;
    const { failure, result } = outcome;
    return { ...outcome, failure: failure && redactor.failure(failure), result: redactor.value(result) };
  }

  /** The outcome, once the journal has it: what it could not keep is no good end. */
  #written(outcome: Outcome): Outcome {
    const journal = this.#journal;
    if (journal === undefined) return outcome;
    const { failure, result, usage } = outcome;
    try {
      // Whoever killed the spell's process did not end the run: it crashed, and can go on.
      if (failure?.code === "process.died") {
        journal.flush();
        return outcome;
      }
      const time = Math.round(this.#options.effects.clock.now());
      journal.append({ type: "end", time, ...(failure === undefined ? {} : { failure }), result, usage });
      journal.flush();
      return outcome;
    } catch (error) {
      return failure === undefined ? { ...outcome, failure: toFailure(error), result: null } : outcome;
    } finally {
      journal.close();
    }
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
        toolCalls: ledger.toolCalls,
        tokens: ledger.tokens,
        usd: ledger.usd,
        fuel: this.#fuel,
        milliseconds: Math.round(performance.now() - this.#started),
        outputBytes: this.#output.bytes,
      },
      ...(ledger.unpriced > 0 && { unpricedTokens: ledger.unpriced }),
    };
  }
}

/** A script may fail in as many ways as it likes; the last ones are enough. */
const MAX_FIXES = 100;

function fixKey({ code, message }: Failure): string {
  return `${code} ${message}`;
}

/**
 * A script that could catch these limits could go on asking for ever. Budgets can be caught and told of: nothing is spent
 * once they are used up, and each further call counts against `limits.calls`.
 */
const ENDS_THE_RUN: ReadonlySet<string> = new Set(["limit.calls", "limit.output"]);
