import { integer, once, z } from "../../contract/schema.ts";

const latency = once(() => z.strictObject({ p50: integer(), p90: integer(), p99: integer() }));

/** What calls to a model were like in this run. */
export const modelStats = once(() =>
  z.strictObject({
    model: z.string(),
    calls: integer(),
    failures: integer(),
    rateLimited: integer().describe("Of the failures: the provider said that it was asked too often"),
    cancelled: integer(),
    inFlight: integer(),
    tokens: integer(),
    latencyMs: latency().optional().describe("Of the good calls: half, nine of ten and 99 of 100 took at most so long"),
  }),
);

/** How a lane is. */
export const laneStats = once(() =>
  z.strictObject({
    target: z.string(),
    concurrency: integer().optional().describe("What holds now; absent where there is no limit"),
    running: integer(),
    queued: integer(),
    refused: integer().describe("Calls that failed with pool.full or pool.open"),
    breaker: z.enum(["closed", "open", "half-open"]).optional(),
    requestsLastMinute: integer().optional(),
    tokensLastMinute: integer().optional(),
  }),
);

/** What a health check found. */
export const health = once(() =>
  z.strictObject({
    provider: z.string(),
    healthy: z.boolean(),
    ms: integer().describe("How long it took"),
    models: integer().optional().describe("How many models it offers"),
    code: z.string().optional().describe("Why it is not healthy"),
    message: z.string().optional(),
  }),
);
