import { CRITERIA, type Criterion } from "./criteria.ts";
import type { Catalogue, CatalogueModel, ModelAbility } from "../../contract/catalogue.ts";
import type { ModelFigures } from "./analytics.ts";
import { lackOf, type Lack } from "./search.ts";
import { TASKS, type Task, type TaskName } from "./tasks.ts";

/** What a recommendation goes by. */
export interface Wishes {
  /** US dollars for one call. */
  readonly maxUsd?: number | undefined;
  readonly minContext?: number | undefined;
  readonly needs?: readonly ModelAbility[] | undefined;
  readonly unknown?: boolean | undefined;
  readonly maxLatencyMs?: number | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** Only these providers. */
  readonly providers?: readonly string[] | undefined;
  /** How good each model is at the task, from 0 to 1, by `provider/model`: the caller's own figures. */
  readonly quality?: Readonly<Record<string, number>> | undefined;
  /** How much each criterion counts; 1 unless told. */
  readonly weights?: Partial<Readonly<Record<Criterion, number>>> | undefined;
  /** How many runners-up are shown. */
  readonly runnersUp?: number | undefined;
}

/** One model as it is compared. */
export interface Candidate {
  readonly model: string;
  readonly title?: string;
  readonly score: number;
  /** US dollars for one call of the task. */
  readonly usd: number;
  readonly latencyMs?: number;
  readonly errorRate?: number;
  readonly quality?: number;
  readonly contextLength?: number;
  /** No other is at least as good in everything that is known of both, and better in something. */
  readonly onFront: boolean;
  readonly reasons: readonly string[];
}

/** What is recommended, and how that came about. */
export interface Recommendation {
  readonly task: TaskName;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly best?: Candidate;
  readonly runnersUp: readonly Candidate[];
  /** The Pareto front, the cheapest first. */
  readonly front: readonly string[];
  readonly considered: number;
  readonly excluded: readonly { readonly why: Lack | "other kind" | "latency"; readonly models: number }[];
  /** What the comparison goes by, and what it could not go by. */
  readonly notes: readonly string[];
}

/** Models that write no text, or are there to be looked up only, by their names: no source says it. */
const OTHER_KIND =
  /embed|whisper|tts|transcri|moderation|dall-e|imagen|image|sora|veo|realtime|audio|rerank|ocr|guard|lyria|davinci|curie|babbage|\bada\b|instruct$|computer-use|^ft:|-v1$|claude-2/;

/** Fewer calls than this say little of a model's speed. */
const ENOUGH_CALLS = 5;

/** Compares all models that can do a task. */
export function recommend(
  task: TaskName,
  wishes: Wishes,
  catalogue: Catalogue,
  observed: readonly ModelFigures[],
): Recommendation {
  const { needs, minContext, ...tokens }: Task = TASKS[task];
  const inputTokens = wishes.inputTokens ?? tokens.inputTokens;
  const outputTokens = wishes.outputTokens ?? tokens.outputTokens;
  const filter = {
    needs: [...new Set([...needs, ...(wishes.needs ?? [])])],
    unknown: wishes.unknown,
    minContext: Math.max(minContext ?? 0, wishes.minContext ?? 0, inputTokens + outputTokens),
  };
  const figures = new Map(observed.map((each) => [each.model, each]));
  const excluded = new Map<Recommendation["excluded"][number]["why"], number>();
  const rows = catalogue.models.flatMap((model) => {
    if (wishes.providers !== undefined && !wishes.providers.includes(model.provider)) return [];
    const row = measure(model, inputTokens, outputTokens, figures.get(model.name), wishes.quality?.[model.name]);
    const why = OTHER_KIND.test(model.model) ? "other kind" : (lackOf(model, filter) ?? lackOfRow(row, wishes));
    if (why === undefined && row !== undefined) return [row];
    if (why !== undefined) excluded.set(why, (excluded.get(why) ?? 0) + 1);
    return [];
  });
  const candidates = rank(rows, wishes);
  const [best, ...rest] = candidates;
  return {
    ...{ task, inputTokens, outputTokens },
    ...(best === undefined ? {} : { best }),
    runnersUp: rest.slice(0, wishes.runnersUp ?? 4),
    front: candidates
      .filter(({ onFront }) => onFront)
      .toSorted((a, b) => a.usd - b.usd)
      .map(({ model }) => model),
    considered: rows.length,
    excluded: [...excluded].map(([why, models]) => ({ why, models })).toSorted((a, b) => b.models - a.models),
    notes: notesOf(rows, catalogue),
  };
}

type Row = Omit<Candidate, "score" | "onFront" | "reasons"> & { readonly calls: number };

function measure(
  { name, title, contextLength, price }: CatalogueModel,
  input: number,
  output: number,
  figures: ModelFigures | undefined,
  quality: number | undefined,
): Row | undefined {
  if (price === undefined) return undefined;
  const isKnown = figures !== undefined && figures.calls >= ENOUGH_CALLS;
  return {
    model: name,
    ...(title === undefined ? {} : { title }),
    usd: (price.input * input + price.output * output) / 1e6,
    ...(isKnown && figures.latency !== undefined ? { latencyMs: figures.latency.p50 } : {}),
    ...(isKnown ? { errorRate: figures.errorRate } : {}),
    ...(quality === undefined ? {} : { quality }),
    ...(contextLength === undefined ? {} : { contextLength }),
    calls: figures?.calls ?? 0,
  };
}

function lackOfRow(
  row: Row | undefined,
  { maxUsd, maxLatencyMs }: Wishes,
): "unknown price" | "price" | "latency" | undefined {
  if (row === undefined) return "unknown price";
  if (maxUsd !== undefined && row.usd > maxUsd) return "price";
  return maxLatencyMs !== undefined && row.latencyMs !== undefined && row.latencyMs > maxLatencyMs
    ? "latency"
    : undefined;
}

/** A row's figure for a criterion, where less is better; undefined where it is not known. */
const FIGURE: Readonly<Record<Criterion, (row: Row) => number | undefined>> = {
  // In orders of magnitude: between $0.001 and $0.01 lies as much as between $0.01 and $0.1.
  cost: ({ usd }) => Math.log10(Math.max(usd, 1e-7)),
  latency: ({ latencyMs }) => latencyMs,
  reliability: ({ errorRate }) => errorRate,
  quality: ({ quality }) => (quality === undefined ? undefined : -quality),
};

function rank(rows: readonly Row[], { weights = {} }: Wishes): Candidate[] {
  const scales = CRITERIA.map((criterion) => {
    const known = rows.flatMap((row) => FIGURE[criterion](row) ?? []);
    return {
      criterion,
      weight: known.length === 0 ? 0 : (weights[criterion] ?? 1),
      low: Math.min(...known),
      high: Math.max(...known),
    };
  });
  const total = scales.reduce((sum, { weight }) => sum + weight, 0);
  const candidates = rows.map((row): Candidate => {
    const { calls: _calls, ...shown } = row;
    const points = scales.reduce((sum, { criterion, weight, low, high }) => {
      const figure = FIGURE[criterion](row);
      // What is not known of one is neither for it nor against it.
      const share = figure === undefined ? 0.5 : high === low ? 1 : (high - figure) / (high - low);
      return sum + weight * share;
    }, 0);
    const onFront = !rows.some((other) => other !== row && dominates(other, row));
    const score = total === 0 ? 0 : Math.round((points / total) * 1000) / 1000;
    return { ...shown, score, onFront, reasons: reasonsOf(row, onFront) };
  });
  return candidates.toSorted((a, b) => b.score - a.score || a.usd - b.usd || (a.model < b.model ? -1 : 1));
}

/** Whether one is at least as good in all that is known of both, and better in something. */
function dominates(other: Row, row: Row): boolean {
  let isBetter = false;
  for (const criterion of CRITERIA) {
    const [a, b] = [FIGURE[criterion](other), FIGURE[criterion](row)];
    // Who has a figure that the other lacks is not beaten by it.
    if (b !== undefined && a === undefined) return false;
    if (a === undefined || b === undefined) continue;
    if (a > b) return false;
    if (a < b) isBetter = true;
  }
  return isBetter;
}

function reasonsOf({ usd, latencyMs, errorRate, quality, contextLength, calls }: Row, onFront: boolean): string[] {
  return [
    `$${usd.toPrecision(3)} a call by list price`,
    ...(contextLength === undefined ? [] : [`takes ${contextLength} tokens`]),
    ...(latencyMs === undefined ? [] : [`half of its ${calls} calls on this machine took at most ${latencyMs} ms`]),
    ...(errorRate === undefined ? [] : [`${Math.round(errorRate * 100)}% of them failed`]),
    ...(quality === undefined ? [] : [`quality ${quality} by your own figures`]),
    ...(onFront ? ["no other is better in all that is known"] : []),
  ];
}

function notesOf(rows: readonly Row[], { sources }: Catalogue): string[] {
  const dates = sources.map(({ title, date }) => `${title} (${date})`).join("; ");
  return [
    `Catalogue: ${dates}`,
    ...(rows.some(({ quality }) => quality !== undefined)
      ? []
      : ["No figure of quality is known, so none is counted: give your own as `quality`, or compare answers yourself"]),
    ...(rows.some(({ calls }) => calls >= ENOUGH_CALLS)
      ? []
      : [`No model was called ${ENOUGH_CALLS} times on this machine, so speed and failures are not counted`]),
  ];
}
