import { duration, integer, numberBetween, shape, once, type Parsed, v } from "../../contract/schema.ts";

/** What calls to one provider or model are held to. */
export const poolLimits = once(() =>
  v.partial(
    shape({
      concurrency: v.pipe(integer(1, 1000), v.description("How many calls may be under way at once")),
      queue: v.pipe(
        integer(0, 100_000),
        v.description("How many more may wait; a further one fails with pool.full. As many as come unless told"),
      ),
      timeout: v.pipe(duration(), v.description("How long one call may take once it is sent, such as `30s`")),
      requestsPerMinute: v.pipe(integer(1), v.description("How many may be sent within any 60 seconds; others wait")),
      tokensPerMinute: v.pipe(
        integer(1),
        v.description("How many tokens may be sent and received within any 60 seconds; others wait"),
      ),
      breaker: v.pipe(
        shape({
          failures: v.pipe(integer(1, 1000), v.description("So many failures in a row open it")),
          pause: v.pipe(duration(), v.description("So long no call is let through; then one is, as a trial")),
        }),
        v.description("Lets no calls through to a model that keeps failing: they fail at once with pool.open"),
      ),
      adaptive: v.pipe(
        shape({
          least: v.optional(v.pipe(integer(1, 1000), v.description("Never fewer at once")), 1),
          slow: v.optional(
            v.pipe(duration(), v.description("A call that takes longer counts as a sign of too many at once")),
          ),
          backOff: v.optional(
            v.pipe(numberBetween(0, 1), v.description("What is left of the concurrency after a sign of too many")),
            0.5,
          ),
        }),
        v.description(
          "Finds the concurrency itself: one more after as many good calls, fewer after a 429, a 529 or a slow call; never over `concurrency`",
        ),
      ),
    }),
  ),
);

/** The parsed limits. */
export type PoolLimits = Parsed<ReturnType<typeof poolLimits>>;
