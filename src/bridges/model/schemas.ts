import { integer, number, once, z } from "../../contract/schema.ts";
import { CRITERIA } from "./criteria.ts";
import { REPORT_FORMATS } from "./report-formats.ts";
import { TASK_NAMES, TASKS } from "./tasks.ts";

const amount = () => number(z.number().min(0));
const share = () => number(z.number().min(0).max(1));
const modelName = () => z.string().min(1).max(200);

const ABILITIES = ["tools", "vision", "audio", "video", "files", "thinking", "temperature", "openWeights"] as const;

/** A model of the catalogue. */
export const modelRow = once(() =>
  z.strictObject({
    name: z.string().describe("`provider/model`"),
    provider: z.string(),
    model: z.string(),
    title: z.string().optional(),
    description: z.string().optional(),
    contextLength: integer().optional().describe("Tokens that it takes"),
    maxOutput: integer().optional().describe("Tokens of its longest answer"),
    abilities: z
      .strictObject(Object.fromEntries(ABILITIES.map((ability) => [ability, z.boolean().optional()])))
      .describe("What it can do; absent where no source says it"),
    cutOff: z.string().optional().describe("What it knows ends there"),
    released: z.string().optional(),
    deprecated: z.boolean().optional(),
    price: z
      .strictObject({
        input: number(),
        output: number(),
        cachedInput: number().optional(),
        varies: z.boolean().optional().describe("Long inputs or other times of the day cost more"),
      })
      .optional()
      .describe("US dollars for a million tokens"),
    sources: z.array(z.string()).describe("Where this is from: ids of `model.sources()`, or `provider`"),
  }),
);

/** A source of the catalogue. */
export const sourceRow = once(() =>
  z.strictObject({
    id: z.string(),
    title: z.string(),
    package: z.string(),
    version: z.string(),
    licence: z.string(),
    date: z.string().describe("The day that the data are from"),
    gives: z.string(),
  }),
);

const refresh = () => z.boolean().describe("Also ask the providers that can be used for their own lists, through llm");
const needs = () => z.array(z.enum(ABILITIES)).describe("What it must be able to do");
const unknown = () =>
  z.boolean().describe("Also those of which no source says whether they can do what is needed; not unless told");

/** Options of a search. */
export const searchOptions = once(() =>
  z
    .strictObject({
      text: z.string().min(1).max(200).describe("Words in its name, title or description"),
      provider: z.string().min(1).max(100).describe("Only this provider's"),
      needs: needs(),
      unknown: unknown(),
      minContext: integer(1).describe("Tokens that it must take"),
      maxInputPrice: amount().describe("US dollars for a million tokens sent, at most"),
      maxOutputPrice: amount().describe("US dollars for a million tokens answered, at most"),
      deprecated: z.boolean().describe("Deprecated ones too; not unless told"),
      limit: integer(1, 2000).describe("At most so many; 50 unless told"),
      refresh: refresh(),
    })
    .partial(),
);

/** Options of a single look. */
export const refreshOption = once(() => z.strictObject({ refresh: refresh() }).partial());

/** Constraints of a recommendation. */
export const wishes = once(() =>
  z
    .strictObject({
      maxUsd: amount().describe("US dollars for one call, at most"),
      minContext: integer(1).describe("Tokens that it must take"),
      needs: needs(),
      unknown: unknown(),
      maxLatencyMs: amount().describe("What half of its calls on this machine may take at most, where that is known"),
      inputTokens: integer().describe("Tokens that one call sends; those of the task unless told"),
      outputTokens: integer().describe("Tokens of its answer"),
      providers: z.array(z.string().min(1).max(100)).describe("Only these providers"),
      usable: z.boolean().describe("Only providers that llm grants and that can be used"),
      quality: z
        .record(modelName(), share())
        .describe(
          "How good each model is at this, from 0 to 1, by `provider/model`: your own figures, as nobody else's are known",
        ),
      weights: z
        .strictObject(Object.fromEntries(CRITERIA.map((criterion) => [criterion, amount().optional()])))
        .describe("How much each criterion counts; 1 unless told"),
      runnersUp: integer(0, 50).describe("How many runners-up are shown; 4 unless told"),
      refresh: refresh(),
    })
    .partial(),
);

/** A task. */
export const taskName = once(() =>
  z.enum(TASK_NAMES).describe(TASK_NAMES.map((name) => `\`${name}\`: ${TASKS[name].doc.toLowerCase()}`).join("; ")),
);

const candidate = once(() =>
  z.strictObject({
    model: z.string(),
    title: z.string().optional(),
    score: number().describe("From 0 to 1, among those that were compared"),
    usd: number().describe("What one call costs by list price"),
    latencyMs: integer().optional(),
    errorRate: number().optional(),
    quality: number().optional(),
    contextLength: integer().optional(),
    onFront: z.boolean().describe("No other is at least as good in all that is known, and better in something"),
    reasons: z.array(z.string()),
  }),
);

/** A recommendation. */
export const recommendation = once(() =>
  z.strictObject({
    task: z.string(),
    inputTokens: integer(),
    outputTokens: integer(),
    best: candidate().optional().describe("Absent where no model is left"),
    runnersUp: z.array(candidate()),
    front: z.array(z.string()).describe("The Pareto front: the cheapest first"),
    considered: integer().describe("How many were compared"),
    excluded: z.array(z.strictObject({ why: z.string(), models: integer() })).describe("Why the others were not"),
    notes: z.array(z.string()).describe("What the comparison goes by, and what it could not go by"),
  }),
);

const experimentName = () => z.string().min(1).max(200);

/** The name of an experiment, and of an arm. */
export const names = { experiment: experimentName, arm: experimentName };

/** Options of a comparison. */
export const compareOptions = once(() =>
  z
    .strictObject({
      alpha: number(z.number().gt(0).lt(1)).describe("The share of false alarms that is put up with; 0.05 unless told"),
    })
    .partial(),
);

/** What came of one kind of result. */
export const comparison = once(() =>
  z.strictObject({
    measure: z.enum(["success", "value"]),
    arms: z.array(
      z.strictObject({ arm: z.string(), results: integer(), level: number().describe("The rate, or the mean") }),
    ),
    pairs: z.array(
      z.strictObject({
        first: z.string(),
        second: z.string(),
        test: z.string(),
        statistic: number(),
        p: number().describe("How likely so great a difference is where there is none"),
        adjustedP: number().describe("The same, larger because several pairs are compared (Holm)"),
        difference: number().describe("The second's level less the first's"),
        interval: z.array(number()).describe("Where the difference lies, with 95%"),
        significant: z.boolean(),
        small: z.boolean().describe("There are too few results for the test to be relied on"),
      }),
    ),
    leader: z
      .string()
      .optional()
      .describe("The arm with the highest level, where it is significantly above every other"),
  }),
);

const day = once(() => ({
  model: z.string(),
  calls: integer(),
  errors: integer(),
  errorRate: number(),
  inputTokens: integer(),
  outputTokens: integer(),
  usd: number(),
}));

/** What earlier runs saw. */
export const figures = once(() =>
  z.strictObject({
    calls: integer(),
    runs: integer(),
    models: z.array(
      z.strictObject({
        ...day(),
        latency: z.strictObject({ p50: integer(), p90: integer(), p99: integer(), mean: integer() }).optional(),
        codes: z.array(z.strictObject({ code: z.string(), calls: integer() })),
      }),
    ),
    days: z.array(z.strictObject({ ...day(), day: z.string(), latencyMs: integer().optional() })),
    anomalies: z.array(
      z.strictObject({
        model: z.string(),
        day: z.string(),
        what: z.string(),
        value: number(),
        usual: number().describe("The median of its days"),
        score: number().describe("How many robust standard deviations it is away (median absolute deviation)"),
      }),
    ),
  }),
);

const since = () =>
  z.string().min(1).max(40).describe("How long ago (`7d`) or since which day (`2026-11-01`); 30d unless told");

/** Which of the runs' calls are looked at. */
export const observedOptions = once(() =>
  z.strictObject({ since: since(), model: modelName(), spell: modelName() }).partial(),
);

/** What a report shows. */
export const reportOptions = once(() =>
  z
    .strictObject({
      format: z.enum(REPORT_FORMATS).describe("`md` unless told"),
      models: z.array(modelName()).describe("These models; those of the search unless told"),
      search: searchOptions().describe("Which models, as in search"),
      observed: z.boolean().describe("Also what earlier runs on this machine saw; the profile must grant it"),
      since: since(),
    })
    .partial(),
);
