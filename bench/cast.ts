import type { Clock, Effects } from "../src/contract/effects.ts";
import type { Engine } from "../src/contract/engine.ts";
import { STANDARD_LIMITS } from "../src/contract/limits.ts";
import type { Profile } from "../src/contract/profile.ts";
import { castSpell, ENGINES, ProcessPool, type CastOptions, type Outcome } from "../src/runtime/index.ts";

/** Everything of `standard` but for what would end a benchmark early. */
export function benchProfile(choice: {
  readonly bridges: Readonly<Record<string, unknown>>;
  readonly rung: "none" | "process";
}): Profile {
  return {
    name: "bench",
    description: "",
    engines: ENGINES.map(({ id }) => id),
    bridges: choice.bridges,
    limits: { ...STANDARD_LIMITS, calls: 10_000_000, wallTime: 600_000, fuel: 1e12 },
    raisable: [],
    ask: [],
    approve: [],
    askTimeout: 1000,
    egress: "open",
    journal: "none",
    budget: {},
    isolation: { rung: choice.rung, hardening: "off" },
    secrets: {},
    origins: {},
  };
}

/** No benchmark here reaches the world. */
const NONE = {} as Effects;

/** What a run needs that differs between benchmarks. */
export interface CastHere {
  readonly engine: Engine;
  readonly source: string;
  readonly profile: Profile;
  /** Starts the spell's process. */
  readonly command: readonly string[];
  readonly onLog: Effects["log"];
  /** Keeps a record, or goes on from one. */
  readonly tape?: CastOptions["tape"];
}

/** Runs a script in this process as the binary would, without its command line; rejects where it does not end well. */
export async function castHere({ command, ...run }: CastHere): Promise<Outcome> {
  const pool = new ProcessPool(command, 0);
  try {
    const outcome = await castAnyhow({ ...run, pool, onOutput: () => {} });
    if (outcome.failure !== undefined) throw new Error(`${outcome.failure.code}: ${outcome.failure.message}`);
    return outcome;
  } finally {
    pool.close();
  }
}

/** What a run needs that may end in any way. */
export interface CastAnyhow extends Omit<CastHere, "command"> {
  readonly pool: ProcessPool;
  readonly onOutput: CastOptions["onOutput"];
}

/** Runs a script in this process to its end, whatever that is. */
export function castAnyhow({ engine, source, profile, pool, onLog, onOutput, tape }: CastAnyhow): Promise<Outcome> {
  const nobody = () => Promise.reject(new Error("There is no input"));
  const clock: Clock = { now: Date.now, sleep: (milliseconds) => Bun.sleep(milliseconds) };
  return castSpell({
    spell: {
      name: "bench",
      engine,
      program: { file: "main", source, modules: {} },
      sources: new Map(),
      manifest: { version: "", description: "", needs: [] },
      path: "main",
      shown: new Map(),
    },
    profile,
    parameters: {},
    effects: { ...NONE, clock, log: onLog, readInput: nobody, readLine: nobody },
    pool,
    onOutput,
    tape,
    signal: new AbortController().signal,
    seed: 1,
  });
}
