import { type Bridge, bridgeFunction, type CallContext, type Refusal, type RuleContext } from "../contract/bridge.ts";
import type { Catalogue, ObservedCall } from "../contract/catalogue.ts";
import { SpellError } from "../contract/errors.ts";
import type { ModelInfo } from "../contract/provider.ts";
import { number, numberBetween, shape, once, type Parsed, v } from "../contract/schema.ts";
import type { Value, ValueMap } from "../contract/value.ts";
import * as schemas from "./model/schemas.ts";
import type { ModelFilter, Wishes } from "./model/index.ts";

const work = () => import("./model/index.ts");

const grantSchema = once(() =>
  shape({
    runs: v.optional(
      v.pipe(
        v.boolean(),
        v.description("Whether it may look at what earlier runs on this machine asked of models: figures, no texts"),
      ),
      false,
    ),
  }),
);

type Grant = Parsed<ReturnType<typeof grantSchema>>;

/** Figures of earlier runs are the person's own. */
const OWN = { reads: ["private"] } as const;

const MOST = 50;

/** The embedded catalogue, with what the providers list where that is wanted. */
async function openCatalogue(call: CallContext, refresh = false): Promise<Catalogue> {
  const catalogue = await call.effects.facts.catalogue();
  if (!refresh) return catalogue;
  const listed = await call.within("refresh", ["llm", "models"], [], call.signal);
  return (await work()).withListed(catalogue, listed as unknown as readonly ModelInfo[]);
}

async function observedSince(call: CallContext, since: string | undefined): Promise<readonly ObservedCall[]> {
  const { readSince } = await work();
  return call.effects.facts.observed(readSince(since, call.effects.clock.now()));
}

function refuseRuns({ grant }: RuleContext): Refusal | undefined {
  if ((grant as Grant).runs) return undefined;
  return { reason: "What earlier runs saw is not granted", grantLine: "model: { runs: true }" };
}

const get = bridgeFunction({
  doc: "What is known of one model, from data that have a date (see sources). An unknown one is an error with the nearest names.",
  parameters: () => ({
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.description("`provider/model`")),
    options: v.optional(v.pipe(schemas.refreshOption(), v.description("Whether its provider is asked too"))),
  }),
  returns: schemas.modelRow,
  repeat: "safe",
  run: async ({ name, options }, call) => {
    const { asValue, requireModel } = await work();
    return asValue(requireModel(await openCatalogue(call, options?.refresh), name));
  },
});

const search = bridgeFunction({
  doc: "Looks for models by words, abilities, context and price. What is not known of a model is not taken for good: one without a price is not cheap.",
  parameters: () => ({
    options: v.optional(v.pipe(schemas.searchOptions(), v.description("All that is given must hold"))),
  }),
  returns: () => v.array(schemas.modelRow()),
  repeat: "safe",
  run: async ({ options = {} }, call) => {
    const [{ asValue, searchModels }, { models }] = await Promise.all([work(), openCatalogue(call, options.refresh)]);
    return asValue(searchModels(models, options as ModelFilter).slice(0, options.limit ?? MOST));
  },
});

const sources = bridgeFunction({
  doc: "Where the catalogue is from, and the days of its data.",
  parameters: () => ({}),
  returns: () => v.array(schemas.sourceRow()),
  repeat: "safe",
  run: async (_args, call) => (await work()).asValue((await call.effects.facts.catalogue()).sources),
});

const recommend = bridgeFunction({
  doc: "Compares all models that can do a task, by cost and, where they are known, by speed, failures and quality; gives the best with its reasons, the runners-up and the Pareto front. Speed and failures are those of earlier runs, where the profile grants them. Quality is counted only by figures that you give: nobody's are embedded.",
  parameters: () => ({
    task: schemas.taskName(),
    constraints: v.optional(v.pipe(schemas.wishes(), v.description("What the model must be, and what counts"))),
  }),
  returns: schemas.recommendation,
  flow: OWN,
  repeat: "safe",
  run: async ({ task, constraints = {} }, call) => {
    const { usable, refresh, providers, ...rest } = constraints;
    const calls = (call.grant as Grant).runs ? await observedSince(call, undefined) : [];
    const granted = usable === true ? await usableProviders(call) : undefined;
    const only = granted?.filter((id) => providers?.includes(id) !== false) ?? providers;
    const wishes = { ...rest, providers: only } as Wishes;
    const { asValue, figuresOf, recommend: chooseModel } = await work();
    return asValue(chooseModel(task, wishes, await openCatalogue(call, refresh), figuresOf(calls).models));
  },
});

async function usableProviders(call: CallContext): Promise<string[]> {
  const rows = (await call.within("usable", ["llm", "providers"], [], call.signal)) as readonly ValueMap[];
  return rows.flatMap(({ id, usable }) => (usable === true && typeof id === "string" ? [id] : []));
}

const observed = bridgeFunction({
  doc: "What calls to models were like in earlier runs on this machine: percentiles of their time, tokens, cost and failures by model and by day, and the days that are unlike the others.",
  parameters: () => ({ options: v.optional(v.pipe(schemas.observedOptions(), v.description("Which calls"))) }),
  returns: schemas.figures,
  flow: OWN,
  repeat: "safe",
  refuse: (_args, call) => refuseRuns(call),
  run: async ({ options = {} }, call) => {
    const { since, model: only, spell } = options;
    const calls = (await observedSince(call, since)).filter(
      (each) => (only === undefined || each.model === only) && (spell === undefined || each.spell === spell),
    );
    const { asValue, figuresOf } = await work();
    return asValue(figuresOf(calls));
  },
});

const report = bridgeFunction({
  doc: "Writes the catalogue, or a part of it, as markdown, JSON, CSV, a page of HTML with charts, an OpenAPI document, or a chart of prices as SVG; with `observed` also what earlier runs saw.",
  parameters: () => ({
    options: v.optional(v.pipe(schemas.reportOptions(), v.description("Its form, and what is in it"))),
  }),
  returns: () => v.string(),
  flow: OWN,
  repeat: "safe",
  refuse: ({ options }, call) => (options?.observed === true ? refuseRuns(call) : undefined),
  run: async ({ options = {} }, call) => {
    const { format = "md", models: names, search: filter = {}, since } = options;
    const { figuresOf, requireModel, searchModels, writeReport } = await work();
    const catalogue = await openCatalogue(call, filter.refresh);
    const found = searchModels(catalogue.models, filter as ModelFilter).slice(0, filter.limit ?? MOST);
    const models = names === undefined ? found : names.map((name) => requireModel(catalogue, name));
    const figures = options.observed === true ? figuresOf(await observedSince(call, since)) : undefined;
    return writeReport(format, { models, sources: catalogue.sources, figures, since: since ?? "30d" });
  },
});

const split = bridgeFunction({
  doc: "The arm of an experiment that a unit (a user, a document) is in. The same unit is always in the same arm, in every run.",
  parameters: () => ({
    experiment: v.pipe(schemas.names.experiment(), v.description("The experiment's name")),
    unit: v.pipe(v.string(), v.maxLength(1000), v.description("What is split: a user's id, a document's name")),
    arms: v.pipe(
      v.array(schemas.names.arm()),
      v.minLength(2),
      v.maxLength(20),
      v.description("The arms: models, prompts, whatever is compared"),
    ),
    weights: v.optional(
      v.pipe(v.array(numberBetween(0)), v.maxLength(20), v.description("Their shares; equal unless told")),
    ),
  }),
  returns: () => v.string(),
  repeat: "safe",
  async run({ experiment, unit, arms, weights }) {
    if (weights !== undefined && weights.length !== arms.length) {
      throw new SpellError(
        "call.arguments",
        `model.split: there are ${arms.length} arms and ${weights.length} weights`,
      );
    }
    return (await work()).armOf(experiment, unit, arms, weights);
  },
});

const record = bridgeFunction({
  doc: "Adds a result to an arm of an experiment, for compare. Results are kept while the run lasts.",
  parameters: () => ({
    experiment: v.pipe(schemas.names.experiment(), v.description("The experiment's name")),
    arm: v.pipe(schemas.names.arm(), v.description("The arm")),
    result: v.pipe(
      shape({
        success: v.optional(v.pipe(v.boolean(), v.description("Whether it came out well"))),
        value: v.optional(v.pipe(number(), v.description("What was measured: a grade, a time, a cost"))),
      }),
      v.description("What came out: a success or failure, a value, or both"),
    ),
  }),
  returns: () => v.null(),
  repeat: "safe",
  memory: true,
  async run({ experiment, arm, result }, { run }) {
    if (result.success === undefined && result.value === undefined) {
      throw new SpellError("call.arguments", "model.record: result has neither success nor value");
    }
    (await work()).recordResult(run, experiment, arm, result);
    return null;
  },
});

const compare = bridgeFunction({
  doc: "Compares the arms of an experiment: rates of success by the two-proportion z-test, values by Welch's t-test, each two arms, adjusted for their number.",
  parameters: () => ({
    experiment: v.pipe(schemas.names.experiment(), v.description("The experiment's name")),
    options: v.optional(v.pipe(schemas.compareOptions(), v.description("What counts as significant"))),
  }),
  returns: () => v.array(schemas.comparison()),
  repeat: "safe",
  async run({ experiment, options }, { run }): Promise<Value> {
    const { samplesOf, showComparison } = await work();
    const { rates, values } = samplesOf(run, experiment);
    const alpha = options?.alpha ?? 0.05;
    const shown = [showComparison("success", rates, alpha), showComparison("value", values, alpha)];
    const compared = shown.filter((each) => each !== undefined);
    if (compared.length > 0) return compared;
    throw new SpellError("model.experiment", `"${experiment}" has results of one arm only, or too few to compare`);
  },
});

/** What is known of models. */
export const model = {
  name: "model",
  doc: "What is known of models: a catalogue with abilities, context and prices (its data have a date), recommendations for a task, comparisons of your own, and figures from the runs on this machine. It asks no model.",
  capability: "run",
  grant: grantSchema,
  everything: { runs: true },
  functions: { get, search, sources, recommend, observed, report, split, record, compare },
} satisfies Bridge;
