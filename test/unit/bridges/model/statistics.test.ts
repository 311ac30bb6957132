import { describe, expect, test } from "bun:test";
import type { ObservedCall } from "../../../../src/contract/catalogue.ts";
import { figuresOf } from "../../../../src/bridges/model/analytics.ts";
import { armOf } from "../../../../src/bridges/model/experiments.ts";
import { compareArms, type Sample } from "../../../../src/bridges/model/significance.ts";
import {
  normalTail,
  quantile,
  robustScores,
  studentLimit,
  studentTail,
} from "../../../../src/bridges/model/statistics.ts";

describe("distributions", () => {
  test("Student's t is what it is in closed form, with 1 and 2 degrees of freedom", () => {
    for (const t of [0.1, 0.5, 1, 2, 5, 30]) {
      expect(studentTail(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 10);
      expect(studentTail(-t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 10);
    }
  });

  test("limits are those of the tables", () => {
    for (const [freedom, limit] of [
      [4, 2.776445],
      [10, 2.228139],
      [30, 2.042272],
      [1000, 1.962339],
    ] as const) {
      expect(studentLimit(0.05, freedom)).toBeCloseTo(limit, 5);
    }
    expect(normalTail(1.959963985)).toBeCloseTo(0.05, 8);
    expect(normalTail(2.575829304)).toBeCloseTo(0.01, 8);
    expect(normalTail(0)).toBe(1);
    expect(normalTail(10)).toBeLessThan(1e-20);
  });
});

test("quantiles lie between values", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([5], 0.99)).toBe(5);
  expect(quantile([], 0.5)).toBeUndefined();
});

test("a robust score is not moved by what it looks for", () => {
  const scores = robustScores([10, 11, 9, 10, 12, 1000]) ?? [];
  expect(scores.at(-1)).toBeGreaterThan(100);
  expect(Math.max(...scores.slice(0, -1).map(Math.abs))).toBeLessThan(3);
  // More than half are equal, so that their median deviation is 0.
  expect((robustScores([1, 1, 1, 1, 1, 50]) ?? []).at(-1)).toBeGreaterThan(3.5);
  expect(robustScores([2, 2, 2])).toBeUndefined();
});

describe("experiments", () => {
  const rate = (successes: number, trials: number): Sample => ({ kind: "rate", successes, trials });
  const values = (...list: number[]): Sample => ({ kind: "values", values: list });

  test("rates by the two-proportion z-test", () => {
    const [found] = compareArms(
      new Map([
        ["a", rate(45, 100)],
        ["b", rate(30, 100)],
      ]),
      0.05,
    );
    expect(found?.statistic).toBeCloseTo(-2.19089, 4);
    expect(found?.p).toBeCloseTo(0.02846, 4);
    expect(found).toMatchObject({ isSignificant: true, isSmall: false, test: "two-proportion z" });
    expect(found?.interval[0]).toBeCloseTo(-0.2826, 3);
  });

  test("means by Welch's t-test, whose variances may differ", () => {
    const [found] = compareArms(
      new Map([
        ["a", values(1, 2, 3, 4, 5)],
        ["b", values(2, 4, 6, 8, 10)],
      ]),
      0.05,
    );
    // The difference is 3, its variance 2.5 / 5 + 10 / 5.
    expect(found?.statistic).toBeCloseTo(3 / Math.sqrt(2.5), 10);
    expect(found?.p).toBeCloseTo(studentTail(3 / Math.sqrt(2.5), 6.25 / (0.25 / 4 + 4 / 4)), 10);
    expect(found?.isSignificant).toBe(false);
  });

  test("of many pairs, one that is significant alone may be none", () => {
    const arms = new Map([
      ["a", rate(45, 100)],
      ["b", rate(30, 100)],
      ["c", rate(40, 100)],
      ["d", rate(38, 100)],
    ]);
    const pairs = compareArms(arms, 0.05);
    expect(pairs).toHaveLength(6);
    expect(pairs.some(({ p }) => p < 0.05)).toBe(true);
    expect(pairs.some(({ isSignificant }) => isSignificant)).toBe(false);
  });

  test("arms that do not vary are the same or are not; one result is none", () => {
    const equal = (a: number, b: number) =>
      compareArms(
        new Map([
          ["a", values(a, a)],
          ["b", values(b, b)],
        ]),
        0.05,
      )[0]?.p;
    expect([equal(1, 1), equal(1, 2)]).toEqual([1, 0]);
    expect(
      compareArms(
        new Map([
          ["a", values(1)],
          ["b", values(2, 3)],
        ]),
        0.05,
      ),
    ).toEqual([]);
    expect(
      compareArms(
        new Map([
          ["a", rate(0, 10)],
          ["b", rate(0, 10)],
        ]),
        0.05,
      )[0],
    ).toMatchObject({ p: 1, isSmall: true });
  });

  test("units are always in the same arm, in shares that are those of the weights", () => {
    const count = (weights?: number[]) => {
      const units = Array.from({ length: 4000 }, (_, index) => armOf("greeting", `user-${index}`, ["a", "b"], weights));
      return units.filter((arm) => arm === "a").length / units.length;
    };
    expect(armOf("e", "u", ["a", "b"])).toBe(armOf("e", "u", ["a", "b"]));
    expect(Math.abs(count() - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(count([9, 1]) - 0.9)).toBeLessThan(0.03);
  });
});

describe("figures", () => {
  const DAY = 86_400_000;
  const call = (day: number, more: Partial<ObservedCall> = {}): ObservedCall => ({
    time: Date.UTC(2026, 10, 1) + day * DAY,
    ...{ run: `r${day}`, spell: "s", model: "openai/m", kind: "complete", ms: 100 },
    ...{ inputTokens: 10, outputTokens: 5, usd: 0.01 },
    ...more,
  });

  test("are by model and day, failures apart", () => {
    const { calls, runs, models, days } = figuresOf([
      call(0),
      call(0, { ms: 300 }),
      call(1, { ms: 9000, code: "provider.server", usd: 0 }),
      call(1, { model: "groq/x", ms: undefined as never }),
    ]);
    expect([calls, runs, models.length, days.length]).toEqual([4, 2, 2, 3]);
    expect(models[0]).toMatchObject({
      model: "openai/m",
      calls: 3,
      errors: 1,
      inputTokens: 30,
      latency: { p50: 200, mean: 200 },
      codes: [{ code: "provider.server", calls: 1 }],
    });
    expect(days[0]).toMatchObject({ day: "2026-11-01", calls: 2, latencyMs: 200 });
  });

  test("a day that is unlike the others is found, and only that", () => {
    const calls = Array.from({ length: 9 }, (_, day) => call(day, { ms: 100 + day }));
    const { anomalies } = figuresOf([...calls, call(9, { ms: 5000 })]);
    expect(anomalies).toMatchObject([{ day: "2026-11-10", what: "latencyMs", value: 5000, usual: 104.5 }]);
    expect(figuresOf(calls).anomalies).toEqual([]);
    expect(figuresOf([call(0), call(1, { ms: 9999 })]).anomalies).toEqual([]);
  });
});
