import type { CallContext } from "../contract/bridge.ts";
import type { Effects } from "../contract/effects.ts";
import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import type { RunInfo } from "../contract/run.ts";
import type { CallUse, RunBudget, Spent } from "../contract/spending.ts";
import type { FunctionHandle, ResourceHandle, Value, ValueMap } from "../contract/value.ts";
import type { CallEnd } from "./call-end.ts";
import type { CallOrigin } from "./call-origin.ts";
import type { Handles } from "./handles.ts";
import type { Ledger } from "./ledger.ts";
import { ToldBudget } from "./told-budget.ts";

/** Runs another spell for a call. */
export type CastSpell = (
  name: string,
  parameters: ValueMap,
  origin: CallOrigin,
  signal: AbortSignal,
) => Promise<ValueMap>;

/** What the contexts of all calls of a run share. */
export interface ContextParts {
  readonly profile: Profile;
  readonly run: RunInfo;
  readonly effects: Effects;
  /** Calls a function of the script. */
  readonly callback: (target: FunctionHandle, args: readonly Value[], origin: CallOrigin) => Promise<Value>;
  /** Runs another spell. */
  readonly cast: CastSpell | undefined;
  readonly handles: Handles;
  readonly ledger: Ledger;
  /** Milliseconds by a clock that nobody sets, for the time of calls. */
  readonly elapsed: () => number;
  /** Milliseconds that the run has left. */
  readonly runLeft: () => number;
  /** Makes a call that is a part of another. */
  readonly within: (
    module: string,
    name: string,
    args: readonly Value[],
    signal: AbortSignal,
    origin: CallOrigin,
  ) => Promise<Value>;
}

/** What one call's bridge may use. */
export class GateContext implements CallContext {
  /** What each part of the call spent; undefined where it has none. */
  #spent: CallUse[] | undefined;

  constructor(
    private readonly parts: ContextParts,
    private readonly module: string,
    private readonly origin: CallOrigin,
    private readonly ending: CallEnd,
  ) {}

  /** That of a method, called on that handle. */
  of(handle: ResourceHandle): this & { readonly handle: ResourceHandle } {
    return Object.assign(this, { handle });
  }

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  get grant(): unknown {
    return this.parts.profile.bridges[this.module];
  }

  get run(): RunInfo {
    return this.parts.run;
  }

  get effects(): Effects {
    return this.parts.effects;
  }

  get key(): string {
    return this.origin.key;
  }

  get budget(): RunBudget {
    const { onSpend } = this.origin;
    return onSpend === undefined ? this.parts.ledger : new ToldBudget(this.parts.ledger, onSpend);
  }

  get timeLeft(): number {
    const { elapsed, runLeft } = this.parts;
    return Math.min(this.ending.due - elapsed(), runLeft());
  }

  open(kind: string, resource: unknown, close: () => void): ResourceHandle {
    return this.parts.handles.open(`${this.module}.${kind}`, resource, close, this.origin.handle);
  }

  close(handle: ResourceHandle): void {
    this.parts.handles.close(handle);
  }

  resource(handle: ResourceHandle): unknown {
    return this.parts.handles.get(handle, handle.kind);
  }

  callback(target: FunctionHandle, args: readonly Value[]): Promise<Value> {
    return this.parts.callback(target, args, this.origin);
  }

  within(
    part: string,
    [module, name]: readonly [module: string, name: string],
    args: readonly Value[],
    signal: AbortSignal,
  ): Promise<Value> {
    return this.parts.within(module, name, args, signal, this.#originOf(part));
  }

  spentWithin(): Spent {
    const spent = { tokens: 0, usd: 0, unpriced: 0, outputTokens: 0 };
    for (const one of this.#spent ?? []) {
      for (const kind of ["tokens", "usd", "unpriced", "outputTokens"] as const) spent[kind] += one[kind] ?? 0;
    }
    return spent;
  }

  #originOf(part: string): CallOrigin {
    const { id, key, onSpend } = this.origin;
    const spent = (this.#spent ??= []);
    const note = (one: CallUse) => {
      spent.push(one);
      onSpend?.(one);
    };
    return { id, key: `${key}-${part}`, canonical: true, onSpend: note };
  }

  cast(name: string, parameters: ValueMap): Promise<ValueMap> {
    const { cast } = this.parts;
    if (cast === undefined) throw new SpellError("internal", "Nobody can run another spell here");
    return cast(name, parameters, this.origin, this.signal);
  }
}
