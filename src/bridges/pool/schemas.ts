import { integer, shape, once, oneOf, v } from "../../contract/schema.ts";

const latency = once(() => shape({ p50: integer(), p90: integer(), p99: integer() }));

/** What calls to a model were like in this run. */
export const modelStats = once(() =>
  shape({
    model: v.string(),
    calls: integer(),
    failures: integer(),
    rateLimited: v.pipe(integer(), v.description("Of the failures: the provider said that it was asked too often")),
    cancelled: integer(),
    inFlight: integer(),
    tokens: integer(),
    latencyMs: v.optional(
      v.pipe(latency(), v.description("Of the good calls: half, nine of ten and 99 of 100 took at most so long")),
    ),
  }),
);

/** How a lane is. */
export const laneStats = once(() =>
  shape({
    target: v.string(),
    concurrency: v.optional(v.pipe(integer(), v.description("What holds now; absent where there is no limit"))),
    running: integer(),
    queued: integer(),
    refused: v.pipe(integer(), v.description("Calls that failed with pool.full or pool.open")),
    breaker: v.optional(oneOf(["closed", "open", "half-open"])),
    requestsLastMinute: v.optional(integer()),
    tokensLastMinute: v.optional(integer()),
  }),
);

/** What a health check found. */
export const health = once(() =>
  shape({
    provider: v.string(),
    healthy: v.boolean(),
    ms: v.pipe(integer(), v.description("How long it took")),
    models: v.optional(v.pipe(integer(), v.description("How many models it offers"))),
    code: v.optional(v.pipe(v.string(), v.description("Why it is not healthy"))),
    message: v.optional(v.string()),
  }),
);
