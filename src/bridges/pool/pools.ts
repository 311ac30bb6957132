import type { Clock } from "../../contract/effects.ts";
import type { RunInfo } from "../../contract/run.ts";
import { SpellError } from "../../contract/errors.ts";
import { Lane, type Passage, type Passed } from "./lane.ts";
import type { PoolLimits } from "./limits.ts";
import { Meter } from "./meter.ts";

/** The lanes and meters of one run: every call to a model passes here, whoever makes it. */
export class Pools {
  readonly lanes = new Map<string, Lane>();
  /** By `provider/model`. */
  readonly meters = new Map<string, Meter>();

  meter(name: string): Meter {
    const known = this.meters.get(name) ?? new Meter();
    this.meters.set(name, known);
    return known;
  }

  /** Holds a provider or a model to limits, in place of those it had; without any it is free again. */
  async limit(target: string, limits: PoolLimits | undefined, clock: Clock): Promise<void> {
    // Those who wait in the old lane go on by its rules.
    if (limits === undefined) this.lanes.delete(target);
    else this.lanes.set(target, await Lane.open(target, limits, clock));
  }

  /** Does a call to a model when the lanes of the model and of its provider let it. */
  async run<T>(
    name: string,
    passage: Passage,
    clock: Clock,
    work: (signal: AbortSignal) => Promise<Passed<T>>,
  ): Promise<T> {
    const provider = name.slice(0, name.indexOf("/"));
    const meter = this.meter(name);
    const metered = async (signal: AbortSignal): Promise<Passed<T>> => {
      const began = clock.now();
      meter.begin();
      try {
        const passed = await work(signal);
        meter.succeed(clock.now() - began, passed.tokens);
        return passed;
      } catch (error) {
        meter.fail(signal.aborted ? "call.cancelled" : error instanceof SpellError ? error.code : "internal");
        throw error;
      }
    };
    // The model's own first: who waits for it holds no place of its provider's.
    const lanes = [this.lanes.get(provider), this.lanes.get(name)].filter((lane) => lane !== undefined);
    const through = lanes.reduce<(signal: AbortSignal) => Promise<Passed<T>>>(
      (next, lane) => (signal) => lane.run({ ...passage, signal }, next),
      metered,
    );
    return (await through(passage.signal)).value;
  }
}

/** Gone with its run. */
const pools = new WeakMap<RunInfo, Pools>();

/** Those of a run. */
export function poolsOf(run: RunInfo): Pools {
  const found = pools.get(run) ?? new Pools();
  pools.set(run, found);
  return found;
}
