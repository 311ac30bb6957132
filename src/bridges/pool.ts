import { type Bridge, bridgeFunction } from "../contract/bridge.ts";
import { toErrorValue } from "../contract/errors.ts";
import { shape, once, v } from "../contract/schema.ts";
import type { Value, ValueMap } from "../contract/value.ts";
import type { Lane } from "./pool/lane.ts";
import { poolLimits } from "./pool/limits.ts";
import type { Meter } from "./pool/meter.ts";
import { poolsOf } from "./pool/pools.ts";
import { health, laneStats, modelStats } from "./pool/schemas.ts";
import { requireTarget } from "./require-target.ts";

const target = () =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(200),
    v.description("A provider (`openai`) or one model (`openai/gpt-5-mini`)"),
  );

const limit = bridgeFunction({
  doc: "Holds all calls to a provider or model to limits from now on, whoever makes them: llm, provider, this run's agents. Limits that were given before are replaced; without limits it is free again. A call waits for both, its model's and its provider's.",
  parameters: () => ({
    target: target(),
    limits: v.optional(v.pipe(poolLimits(), v.description("What its calls are held to"))),
  }),
  returns: () => v.null(),
  repeat: "safe",
  memory: true,
  async run({ target: name, limits }, { run, effects }) {
    requireTarget(name, effects);
    await poolsOf(run).limit(name, limits, effects.clock);
    return null;
  },
});

const stats = bridgeFunction({
  doc: "What calls to models were like in this run so far, and how full the lanes are.",
  parameters: () => ({}),
  returns: () => shape({ models: v.array(modelStats()), lanes: v.array(laneStats()) }),
  repeat: "safe",
  run(_args, { run }): Value {
    const { meters, lanes } = poolsOf(run);
    return {
      models: [...meters].map(([name, meter]) => showMeter(name, meter)),
      lanes: [...lanes.values()].map(showLane),
    };
  },
});

const check = bridgeFunction({
  doc: "Asks a provider for its list of models, which costs nothing, and tells whether and how fast it answers.",
  parameters: () => ({
    provider: v.pipe(v.string(), v.minLength(1), v.maxLength(100), v.description("A provider's id, such as `openai`")),
  }),
  returns: health,
  repeat: "safe",
  async run({ provider }, call): Promise<Value> {
    const { effects, signal } = call;
    requireTarget(provider, effects);
    const { clock } = effects;
    const began = clock.now();
    const took = () => Math.max(0, Math.round(clock.now() - began));
    try {
      const models = await call.within("check", ["llm", "models"], [provider], signal);
      return { provider, healthy: true, ms: took(), models: (models as readonly Value[]).length };
    } catch (error) {
      const { code, message } = toErrorValue(error);
      // Not the provider is ill: nobody was asked.
      if (signal.aborted || code.startsWith("grant.")) throw error;
      return { provider, healthy: false, ms: took(), code, message };
    }
  },
});

const SHARES = { p50: 0.5, p90: 0.9, p99: 0.99 } as const;

function showMeter(model: string, meter: Meter): ValueMap {
  const { calls, failures, rateLimited, cancelled, inFlight, tokens } = meter;
  const latency = Object.entries(SHARES).map(([key, share]) => [key, Math.round(meter.latency(share) ?? 0)] as const);
  return {
    ...{ model, calls, failures, rateLimited, cancelled, inFlight, tokens },
    ...(meter.latency(0) === undefined ? {} : { latencyMs: Object.fromEntries(latency) }),
  };
}

function showLane(lane: Lane): ValueMap {
  const { target: name, concurrency, running, queued, refused, breaker, used } = lane;
  return {
    ...{ target: name, running, queued, refused },
    ...(Number.isFinite(concurrency) ? { concurrency } : {}),
    ...(breaker === undefined ? {} : { breaker }),
    ...(used.requests === undefined ? {} : { requestsLastMinute: used.requests }),
    ...(used.tokens === undefined ? {} : { tokensLastMinute: used.tokens }),
  };
}

/** Limits for the run's calls to models. */
export const pool = {
  name: "pool",
  doc: "Limits how this run calls models: how many at once, how many and how many tokens a minute, how long one may take, and when a model that keeps failing is left alone. It also says what the calls so far were like.",
  capability: "run",
  grant: once(() => shape({})),
  functions: { limit, stats, check },
} satisfies Bridge;
