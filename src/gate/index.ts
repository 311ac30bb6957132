/**
 * The gate: every effect of a run passes this one chain, whoever asks for it. Here lives the chain, one file
 * a link, and what its links share (the ledger, the open handles). No effect happens here: bridges have them,
 * given to them by the composition root. A new link is one file and one line in the constructor.
 */
import type { Bridge, FlowRead } from "../contract/bridge.ts";
import type { Effects } from "../contract/effects.ts";
import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import type { RunInfo } from "../contract/run.ts";
import type { FunctionHandle, Value } from "../contract/value.ts";
import type { FoundFunction, GateCall, Link } from "./call.ts";
import { CallEnd } from "./call-end.ts";
import type { CallOrigin } from "./call-origin.ts";
import { GateContext, type CastSpell, type ContextParts } from "./context.ts";
import { approveCalls } from "./approve-calls.ts";
import { checkAnswer } from "./check-answer.ts";
import { checkArguments } from "./check-arguments.ts";
import { checkGrant } from "./check-grant.ts";
import { checkRule } from "./check-rule.ts";
import { countCalls } from "./count-calls.ts";
import { findFunction } from "./find-function.ts";
import { FlowGuard } from "./guard-flow.ts";
import { Handles } from "./handles.ts";
import { Ledger, type LedgerTotals } from "./ledger.ts";
import { noteBeginning } from "./note-beginning.ts";
import { LostHandles, type LostHandle } from "./lost-handles.ts";
import { limitSizes } from "./limit-sizes.ts";
import { TimeLimit } from "./limit-time.ts";
import { observeCalls, type Observe } from "./observe-calls.ts";
import { redact } from "./redact.ts";
import type { Redactor } from "./redactor.ts";
import { runBridge } from "./run-bridge.ts";
import { sanitiseErrors } from "./sanitise-errors.ts";

export { Ledger, type LedgerTotals } from "./ledger.ts";
export type { LostHandle, LostStep } from "./lost-handles.ts";
export type { CallOrigin } from "./call-origin.ts";
export { CallEnd } from "./call-end.ts";
export { Redactor } from "./redactor.ts";
export { RedactingStream } from "./redacting-stream.ts";
export type { Decision } from "./observe-calls.ts";
export { requireSize } from "./limit-sizes.ts";
export { surfaceOf, type ModuleTable } from "./surface.ts";
export { guestName } from "./call.ts";

/** What a gate is made from. */
export interface GateOptions {
  readonly bridges: ReadonlyMap<string, Bridge>;
  readonly profile: Profile;
  readonly run: RunInfo;
  readonly effects: Effects;
  /** Milliseconds by a clock that nobody sets, for the time of calls. */
  readonly elapsed: () => number;
  /** Milliseconds that the run has left; as long as it likes unless told. */
  readonly runLeft?: () => number;
  /** Calls a function of the script, for one of its calls. */
  readonly callback: (target: FunctionHandle, args: readonly Value[], origin: CallOrigin) => Promise<Value>;
  /** Runs another spell for one of its calls. */
  readonly cast?: CastSpell | undefined;
  /** Told before a call has an effect that may not simply be repeated; what it throws refuses the call. */
  readonly onBegin?: ((id: number) => void) | undefined;
  /** Keeps the run's secrets from the script; absent where there are none. */
  readonly redactor?: Redactor | undefined;
  /** Told of each decision. */
  readonly observe?: Observe | undefined;
  /** The gate of the run that this one is a part of: what is used here counts there too, and what was read, for both. */
  readonly parent?: Gate | undefined;
}

/** One run's gate. */
export class Gate {
  readonly ledger: Ledger;
  readonly #handles: Handles;
  readonly #lost: LostHandles;
  readonly #flow: FlowGuard;
  /** Of what was read: how much {@link takeRead} has told. */
  #told: number;
  readonly #time: TimeLimit;
  readonly #parts: ContextParts;
  readonly #chain: (call: GateCall) => Promise<Value>;
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    const { bridges, profile, redactor } = options;
    this.#options = options;
    this.ledger = new Ledger(profile.limits, profile.budget, options.parent?.ledger);
    this.#handles = new Handles(profile.limits.handles);
    const within = this.#within.bind(this);
    this.#lost = new LostHandles((module, name, args, signal, handle) => {
      return within(module, name, args, signal, { ...NO_ORIGIN, ...handle });
    });
    const { run, effects, callback, cast, elapsed, runLeft = () => Infinity } = options;
    const { ledger } = this;
    const handles = this.#handles;
    this.#parts = { profile, run, effects, callback, cast, handles, ledger, elapsed, runLeft, within };
    this.#time = new TimeLimit(profile.limits.callTime, options.elapsed);
    this.#flow = options.parent === undefined ? new FlowGuard(profile, bridges) : options.parent.#flow;
    this.#told = this.#flow.read.length;
    const observed = observeCalls(options.observe);
    this.#chain = chain([
      ...(redactor === undefined ? [] : [redact(redactor)]),
      sanitiseErrors,
      observed.first,
      this.#lost.link,
      findFunction(bridges, this.#handles),
      checkGrant(profile, bridges),
      countCalls,
      limitSizes,
      checkArguments,
      checkRule(profile),
      approveCalls(profile),
      this.#flow.link,
      observed.last,
      noteBeginning(options.onBegin),
      this.#time.link,
      checkAnswer,
      runBridge,
    ]);
  }

  /** Makes one call, which may be ended by its `end`. Rejects with a {@link SpellError} or with the error value that a callback raised. */
  call(
    module: string,
    name: string,
    args: readonly Value[],
    end: CallEnd = new CallEnd(),
    origin: CallOrigin = NO_ORIGIN,
  ): Promise<Value> {
    const { profile, run } = this.#options;
    return this.#chain({
      origin,
      module,
      name,
      args,
      end,
      limits: profile.limits,
      naming: origin.canonical ? "camel" : run.naming,
      ledger: this.ledger,
      target: NOT_FOUND,
      parsed: {},
      context: new GateContext(this.#parts, module, origin, end),
    });
  }

  /** Makes a call that ends when another one does. */
  async #within(
    module: string,
    name: string,
    args: readonly Value[],
    signal: AbortSignal,
    origin: CallOrigin,
  ): Promise<Value> {
    const end = new CallEnd();
    const follow = () => end.end(signal.reason);
    if (signal.aborted) follow();
    else signal.addEventListener("abort", follow, { once: true });
    try {
      return await this.call(module, name, args, end, origin);
    } finally {
      signal.removeEventListener("abort", follow);
    }
  }

  /** Goes on with a run whose process is gone: what it had used, read and opened until then. */
  async restore({ used, read, memory, handles, lastHandle }: RestoredGate): Promise<void> {
    // Before what was used is known: they are counted in that already.
    for (const { module, name, args } of memory) await this.call(module, name, args).catch(() => {});
    this.ledger.restore(used);
    this.recall(read);
    this.#told = this.#flow.read.length;
    this.#handles.continueAfter(lastHandle);
    this.#lost.expect(handles);
  }

  /** What this run, or a part of it, has read, as a record says. */
  recall(read: readonly FlowRead[]): void {
    for (const one of read) this.#flow.note(one);
  }

  /** What was read for the first time since this was last asked, by whichever part of the run; mostly nothing. */
  takeRead(): readonly FlowRead[] {
    const { read } = this.#flow;
    if (this.#told === read.length) return NOTHING_READ;
    const news = read.slice(this.#told);
    this.#told = read.length;
    return news;
  }

  /** The run is over: every handle is closed. */
  close(): void {
    this.#handles.closeAll();
    this.#time.close();
  }
}

/** What a gate knows of a run that it did not see from its beginning. */
export interface RestoredGate {
  readonly used: LedgerTotals;
  readonly read: readonly FlowRead[];
  /** Calls whose effect was in the process that is gone, in their order. */
  readonly memory: readonly { readonly module: string; readonly name: string; readonly args: readonly Value[] }[];
  /** Handles that were open. */
  readonly handles: readonly LostHandle[];
  /** The greatest id of a handle so far. */
  readonly lastHandle: number;
}

/** Puts links together once, so that a call makes nothing of the chain. */
function chain(links: readonly Link[]): (call: GateCall) => Promise<Value> {
  const end = () => {
    throw new SpellError("internal", "The gate has no end");
  };
  return links.reduceRight<(call: GateCall) => Promise<Value>>((next, link) => (call) => link(call, next), end);
}

const NOTHING_READ: readonly FlowRead[] = [];

const NO_ORIGIN: CallOrigin = { id: 0, key: "" };

const NOT_FOUND: FoundFunction = {
  definition: { doc: "", parameters: {}, returns: undefined as never, repeat: "safe", run: () => null },
};
