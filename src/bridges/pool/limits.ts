import { duration, integer, number, once, z } from "../../contract/schema.ts";

/** What calls to one provider or model are held to. */
export const poolLimits = once(() =>
  z
    .strictObject({
      concurrency: integer(1, 1000).describe("How many calls may be under way at once"),
      queue: integer(0, 100_000).describe(
        "How many more may wait; a further one fails with pool.full. As many as come unless told",
      ),
      timeout: duration().describe("How long one call may take once it is sent, such as `30s`"),
      requestsPerMinute: integer(1).describe("How many may be sent within any 60 seconds; others wait"),
      tokensPerMinute: integer(1).describe(
        "How many tokens may be sent and received within any 60 seconds; others wait",
      ),
      breaker: z
        .strictObject({
          failures: integer(1, 1000).describe("So many failures in a row open it"),
          pause: duration().describe("So long no call is let through; then one is, as a trial"),
        })
        .describe("Lets no calls through to a model that keeps failing: they fail at once with pool.open"),
      adaptive: z
        .strictObject({
          least: integer(1, 1000).default(1).describe("Never fewer at once"),
          slow: duration().optional().describe("A call that takes longer counts as a sign of too many at once"),
          backOff: number(z.number().gt(0).lt(1))
            .default(0.5)
            .describe("What is left of the concurrency after a sign of too many"),
        })
        .describe(
          "Finds the concurrency itself: one more after as many good calls, fewer after a 429, a 529 or a slow call; never over `concurrency`",
        ),
    })
    .partial(),
);

/** The parsed limits. */
export type PoolLimits = z.output<ReturnType<typeof poolLimits>>;
