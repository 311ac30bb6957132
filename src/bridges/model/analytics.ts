import type { ObservedCall } from "../../contract/catalogue.ts";
import { mean, quantile, robustScores } from "./statistics.ts";

/** What the calls to one model were like. */
export interface ModelFigures {
  readonly model: string;
  readonly calls: number;
  readonly errors: number;
  readonly errorRate: number;
  /** Of the good calls, in ms; absent where no time is known. */
  readonly latency?: { readonly p50: number; readonly p90: number; readonly p99: number; readonly mean: number };
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number;
  /** Why calls failed, the most frequent first. */
  readonly codes: readonly { readonly code: string; readonly calls: number }[];
}

/** One day of one model. */
export interface DayFigures extends Omit<ModelFigures, "codes" | "latency"> {
  /** `2026-11-21`, in universal time. */
  readonly day: string;
  /** The median of the good calls, in ms. */
  readonly latencyMs?: number;
}

/** A day that is unlike the others of its model. */
export interface Anomaly {
  readonly model: string;
  readonly day: string;
  readonly what: "calls" | "errorRate" | "latencyMs" | "usd";
  readonly value: number;
  /** The median of all days. */
  readonly usual: number;
  /** How many robust standard deviations it is away. */
  readonly score: number;
}

/** What all calls were like: by model, by day, and what stands out. */
export interface Figures {
  readonly calls: number;
  readonly runs: number;
  readonly models: readonly ModelFigures[];
  readonly days: readonly DayFigures[];
  readonly anomalies: readonly Anomaly[];
}

/** Further away than this is unusual (Iglewicz and Hoaglin). */
const UNUSUAL = 3.5;
/** Fewer days than this have no usual. */
const ENOUGH_DAYS = 5;

/** Puts figures together from single calls. */
export function figuresOf(calls: readonly ObservedCall[]): Figures {
  const models = [...groupBy(calls, ({ model }) => model)].map(([model, own]) => modelFigures(model, own));
  const days = [...groupBy(calls, ({ model, time }) => `${dayOf(time)} ${model}`).values()].map(dayFigures);
  return {
    calls: calls.length,
    runs: new Set(calls.map(({ run }) => run)).size,
    models: models.toSorted((a, b) => b.calls - a.calls || (a.model < b.model ? -1 : 1)),
    days: days.toSorted((a, b) => (a.day + a.model < b.day + b.model ? -1 : 1)),
    anomalies: [...groupBy(days, ({ model }) => model).values()].flatMap(anomaliesOf),
  };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, key);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function modelFigures(model: string, calls: readonly ObservedCall[]): ModelFigures {
  const failed = calls.flatMap(({ code }) => (code === undefined ? [] : [code]));
  const times = timesOf(calls);
  const codes = [...groupBy(failed, (code) => code)].map(([code, same]) => ({ code, calls: same.length }));
  const at = (share: number) => Math.round(quantile(times, share) ?? 0);
  return {
    ...common(model, calls),
    ...(times.length === 0
      ? {}
      : { latency: { p50: at(0.5), p90: at(0.9), p99: at(0.99), mean: Math.round(mean(times)) } }),
    codes: codes.toSorted((a, b) => b.calls - a.calls),
  };
}

function dayFigures(calls: readonly ObservedCall[]): DayFigures {
  const [first] = calls;
  const median = quantile(timesOf(calls), 0.5);
  return {
    day: dayOf(first?.time ?? 0),
    ...common(first?.model ?? "", calls),
    ...(median === undefined ? {} : { latencyMs: Math.round(median) }),
  };
}

function common(model: string, calls: readonly ObservedCall[]) {
  const errors = calls.filter(({ code }) => code !== undefined).length;
  const sum = (of: (call: ObservedCall) => number) => calls.reduce((total, call) => total + of(call), 0);
  return {
    model,
    calls: calls.length,
    errors,
    errorRate: errors / calls.length,
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    usd: sum(({ usd }) => usd),
  };
}

/** How long good calls took. */
function timesOf(calls: readonly ObservedCall[]): number[] {
  return calls.flatMap(({ ms, code }) => (ms === undefined || code !== undefined ? [] : [ms]));
}

function anomaliesOf(days: readonly DayFigures[]): Anomaly[] {
  return (["calls", "errorRate", "latencyMs", "usd"] as const).flatMap((what) => {
    const known = days.flatMap(({ day, model, [what]: value }) => (value === undefined ? [] : [{ day, model, value }]));
    if (known.length < ENOUGH_DAYS) return [];
    const values = known.map(({ value }) => value);
    const scores = robustScores(values) ?? [];
    const usual = quantile(values, 0.5) ?? 0;
    return known.flatMap((each, index) => {
      const score = scores[index] ?? 0;
      return Math.abs(score) > UNUSUAL ? [{ ...each, what, usual, score }] : [];
    });
  });
}
