import { integer, number, numberBetween, shape, once, oneOf, record, v } from "../../contract/schema.ts";
import { CRITERIA } from "./criteria.ts";
import { REPORT_FORMATS } from "./report-formats.ts";
import { TASK_NAMES, TASKS } from "./tasks.ts";

const amount = () => number(0);
const share = () => number(0, 1);
const modelName = () => v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const ABILITIES = ["tools", "vision", "audio", "video", "files", "thinking", "temperature", "openWeights"] as const;

/** A model of the catalogue. */
export const modelRow = once(() =>
  shape({
    name: v.pipe(v.string(), v.description("`provider/model`")),
    provider: v.string(),
    model: v.string(),
    title: v.optional(v.string()),
    description: v.optional(v.string()),
    contextLength: v.optional(v.pipe(integer(), v.description("Tokens that it takes"))),
    maxOutput: v.optional(v.pipe(integer(), v.description("Tokens of its longest answer"))),
    abilities: v.pipe(
      shape(Object.fromEntries(ABILITIES.map((ability) => [ability, v.optional(v.boolean())]))),
      v.description("What it can do; absent where no source says it"),
    ),
    cutOff: v.optional(v.pipe(v.string(), v.description("What it knows ends there"))),
    released: v.optional(v.string()),
    deprecated: v.optional(v.boolean()),
    price: v.optional(
      v.pipe(
        shape({
          input: number(),
          output: number(),
          cachedInput: v.optional(number()),
          varies: v.optional(v.pipe(v.boolean(), v.description("Long inputs or other times of the day cost more"))),
        }),
        v.description("US dollars for a million tokens"),
      ),
    ),
    sources: v.pipe(v.array(v.string()), v.description("Where this is from: ids of `model.sources()`, or `provider`")),
  }),
);

/** A source of the catalogue. */
export const sourceRow = once(() =>
  shape({
    id: v.string(),
    title: v.string(),
    package: v.string(),
    version: v.string(),
    licence: v.string(),
    date: v.pipe(v.string(), v.description("The day that the data are from")),
    gives: v.string(),
  }),
);

const refresh = () =>
  v.pipe(v.boolean(), v.description("Also ask the providers that can be used for their own lists, through llm"));
const needs = () => v.pipe(v.array(oneOf(ABILITIES)), v.description("What it must be able to do"));
const unknown = () =>
  v.pipe(
    v.boolean(),
    v.description("Also those of which no source says whether they can do what is needed; not unless told"),
  );

/** Options of a search. */
export const searchOptions = once(() =>
  v.partial(
    shape({
      text: v.pipe(
        v.string(),
        v.minLength(1),
        v.maxLength(200),
        v.description("Words in its name, title or description"),
      ),
      provider: v.pipe(v.string(), v.minLength(1), v.maxLength(100), v.description("Only this provider's")),
      needs: needs(),
      unknown: unknown(),
      minContext: v.pipe(integer(1), v.description("Tokens that it must take")),
      maxInputPrice: v.pipe(amount(), v.description("US dollars for a million tokens sent, at most")),
      maxOutputPrice: v.pipe(amount(), v.description("US dollars for a million tokens answered, at most")),
      deprecated: v.pipe(v.boolean(), v.description("Deprecated ones too; not unless told")),
      limit: v.pipe(integer(1, 2000), v.description("At most so many; 50 unless told")),
      refresh: refresh(),
    }),
  ),
);

/** Options of a single look. */
export const refreshOption = once(() => v.partial(shape({ refresh: refresh() })));

/** Constraints of a recommendation. */
export const wishes = once(() =>
  v.partial(
    shape({
      maxUsd: v.pipe(amount(), v.description("US dollars for one call, at most")),
      minContext: v.pipe(integer(1), v.description("Tokens that it must take")),
      needs: needs(),
      unknown: unknown(),
      maxLatencyMs: v.pipe(
        amount(),
        v.description("What half of its calls on this machine may take at most, where that is known"),
      ),
      inputTokens: v.pipe(integer(), v.description("Tokens that one call sends; those of the task unless told")),
      outputTokens: v.pipe(integer(), v.description("Tokens of its answer")),
      providers: v.pipe(
        v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(100))),
        v.description("Only these providers"),
      ),
      usable: v.pipe(v.boolean(), v.description("Only providers that llm grants and that can be used")),
      quality: v.pipe(
        record(share(), modelName()),
        v.description(
          "How good each model is at this, from 0 to 1, by `provider/model`: your own figures, as nobody else's are known",
        ),
      ),
      weights: v.pipe(
        shape(Object.fromEntries(CRITERIA.map((criterion) => [criterion, v.optional(amount())]))),
        v.description("How much each criterion counts; 1 unless told"),
      ),
      runnersUp: v.pipe(integer(0, 50), v.description("How many runners-up are shown; 4 unless told")),
      refresh: refresh(),
    }),
  ),
);

/** A task. */
export const taskName = once(() =>
  v.pipe(
    oneOf(TASK_NAMES),
    v.description(TASK_NAMES.map((name) => `\`${name}\`: ${TASKS[name].doc.toLowerCase()}`).join("; ")),
  ),
);

const candidate = once(() =>
  shape({
    model: v.string(),
    title: v.optional(v.string()),
    score: v.pipe(number(), v.description("From 0 to 1, among those that were compared")),
    usd: v.pipe(number(), v.description("What one call costs by list price")),
    latencyMs: v.optional(integer()),
    errorRate: v.optional(number()),
    quality: v.optional(number()),
    contextLength: v.optional(integer()),
    onFront: v.pipe(
      v.boolean(),
      v.description("No other is at least as good in all that is known, and better in something"),
    ),
    reasons: v.array(v.string()),
  }),
);

/** A recommendation. */
export const recommendation = once(() =>
  shape({
    task: v.string(),
    inputTokens: integer(),
    outputTokens: integer(),
    best: v.optional(v.pipe(candidate(), v.description("Absent where no model is left"))),
    runnersUp: v.array(candidate()),
    front: v.pipe(v.array(v.string()), v.description("The Pareto front: the cheapest first")),
    considered: v.pipe(integer(), v.description("How many were compared")),
    excluded: v.pipe(v.array(shape({ why: v.string(), models: integer() })), v.description("Why the others were not")),
    notes: v.pipe(v.array(v.string()), v.description("What the comparison goes by, and what it could not go by")),
  }),
);

const experimentName = () => v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** The name of an experiment, and of an arm. */
export const names = { experiment: experimentName, arm: experimentName };

/** Options of a comparison. */
export const compareOptions = once(() =>
  v.partial(
    shape({
      alpha: v.pipe(
        numberBetween(0, 1),
        v.description("The share of false alarms that is put up with; 0.05 unless told"),
      ),
    }),
  ),
);

/** What came of one kind of result. */
export const comparison = once(() =>
  shape({
    measure: oneOf(["success", "value"]),
    arms: v.array(
      shape({ arm: v.string(), results: integer(), level: v.pipe(number(), v.description("The rate, or the mean")) }),
    ),
    pairs: v.array(
      shape({
        first: v.string(),
        second: v.string(),
        test: v.string(),
        statistic: number(),
        p: v.pipe(number(), v.description("How likely so great a difference is where there is none")),
        adjustedP: v.pipe(number(), v.description("The same, larger because several pairs are compared (Holm)")),
        difference: v.pipe(number(), v.description("The second's level less the first's")),
        interval: v.pipe(v.array(number()), v.description("Where the difference lies, with 95%")),
        significant: v.boolean(),
        small: v.pipe(v.boolean(), v.description("There are too few results for the test to be relied on")),
      }),
    ),
    leader: v.optional(
      v.pipe(v.string(), v.description("The arm with the highest level, where it is significantly above every other")),
    ),
  }),
);

const day = once(() => ({
  model: v.string(),
  calls: integer(),
  errors: integer(),
  errorRate: number(),
  inputTokens: integer(),
  outputTokens: integer(),
  usd: number(),
}));

/** What earlier runs saw. */
export const figures = once(() =>
  shape({
    calls: integer(),
    runs: integer(),
    models: v.array(
      shape({
        ...day(),
        latency: v.optional(shape({ p50: integer(), p90: integer(), p99: integer(), mean: integer() })),
        codes: v.array(shape({ code: v.string(), calls: integer() })),
      }),
    ),
    days: v.array(shape({ ...day(), day: v.string(), latencyMs: v.optional(integer()) })),
    anomalies: v.array(
      shape({
        model: v.string(),
        day: v.string(),
        what: v.string(),
        value: number(),
        usual: v.pipe(number(), v.description("The median of its days")),
        score: v.pipe(
          number(),
          v.description("How many robust standard deviations it is away (median absolute deviation)"),
        ),
      }),
    ),
  }),
);

const since = () =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(40),
    v.description("How long ago (`7d`) or since which day (`2026-11-01`); 30d unless told"),
  );

/** Which of the runs' calls are looked at. */
export const observedOptions = once(() => v.partial(shape({ since: since(), model: modelName(), spell: modelName() })));

/** What a report shows. */
export const reportOptions = once(() =>
  v.partial(
    shape({
      format: v.pipe(oneOf(REPORT_FORMATS), v.description("`md` unless told")),
      models: v.pipe(v.array(modelName()), v.description("These models; those of the search unless told")),
      search: v.pipe(searchOptions(), v.description("Which models, as in search")),
      observed: v.pipe(
        v.boolean(),
        v.description("Also what earlier runs on this machine saw; the profile must grant it"),
      ),
      since: since(),
    }),
  ),
);
