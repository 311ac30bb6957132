import { describe, expect, test } from "bun:test";
import {
  formatBytes,
  formatCount,
  formatDuration,
  parseBytes,
  parseCount,
  parseDuration,
} from "../../../src/profile/index.ts";
import { BYTES_PATTERN, COUNT_PATTERN, DURATION_PATTERN } from "../../../src/contract/quantity.ts";

const GOOD: readonly [parse: (input: unknown) => unknown, input: unknown, value: number][] = [
  [parseDuration, "250ms", 250],
  [parseDuration, "2s", 2000],
  [parseDuration, "1.5s", 1500],
  [parseDuration, "2m", 120_000],
  [parseDuration, "2 m", 120_000],
  [parseDuration, "1h30m", 5_400_000],
  [parseDuration, "1d", 86_400_000],
  [parseDuration, "0s", 0],
  [parseDuration, "0.1s", 100],
  [parseBytes, "128MiB", 134_217_728],
  [parseBytes, "128 MiB", 134_217_728],
  [parseBytes, "1.5MiB", 1_572_864],
  [parseBytes, "64Ki", 65_536],
  [parseBytes, "1MB", 1_000_000],
  [parseBytes, "200k", 200_000],
  [parseBytes, "1kB", 1000],
  [parseBytes, "12B", 12],
  [parseBytes, "1_000_000", 1_000_000],
  [parseBytes, 4096, 4096],
  [parseBytes, 0, 0],
  [parseCount, 500, 500],
  [parseCount, "500_000", 500_000],
  [parseCount, "200k", 200_000],
  [parseCount, "1.5M", 1_500_000],
  [parseCount, "2G", 2_000_000_000],
  [parseCount, "9007199254740991", Number.MAX_SAFE_INTEGER],
];

const BAD: readonly [parse: (input: unknown) => unknown, input: unknown, reason: string][] = [
  [parseDuration, 60, "60 has no unit; write 60ms, 60s or 60m"],
  [parseDuration, "60", '"60" has no unit; write 60ms, 60s or 60m'],
  [parseDuration, "2M", '"2M" has the unknown unit "M"; did you mean 2m?'],
  [parseDuration, "30m1h", '"30m1h" must name its units from the longest to the shortest, each once'],
  [parseDuration, "1m1m", '"1m1m" must name its units from the longest to the shortest, each once'],
  [parseDuration, "0.5ms", '"0.5ms" is no whole number of the smallest unit'],
  [parseDuration, "-2s", '"-2s" is negative; write a number and ms, s, m, h or d, such as 90s or 1h30m'],
  [parseDuration, "soon", '"soon" is no duration; write a number and ms, s, m, h or d, such as 90s or 1h30m'],
  [parseDuration, "999999999999d", '"999999999999d" is too large'],
  [parseDuration, true, "must be a duration such as 90s or 2m"],
  [parseBytes, "128mib", '"128mib" has the unknown unit "mib"; did you mean 128MiB?'],
  [parseBytes, "128m", '"128m" has the unknown unit "m"; did you mean 128M?'],
  [parseBytes, "0.1KiB", '"0.1KiB" is no whole number of the smallest unit'],
  [parseBytes, -1, "-1 is negative; write a size such as 64KiB, 128MiB or 1MB"],
  [parseBytes, 1.5, "1.5 is no whole number; write a size such as 64KiB, 128MiB or 1MB"],
  [parseBytes, Number.NaN, "NaN is no whole number; write a size such as 64KiB, 128MiB or 1MB"],
  [parseBytes, "9000TiB", '"9000TiB" is too large'],
  [parseBytes, "1e3", '"1e3" is not understood; write a size such as 64KiB, 128MiB or 1MB'],
  [parseBytes, [], "must be a size such as 64KiB, 128MiB or 1MB"],
  [parseCount, "1__0", '"1__0" is not understood; write a whole number such as 500, 200k or 1M'],
  [parseCount, "1,000", '"1,000" is not understood; write a whole number such as 500, 200k or 1M'],
  [parseCount, "2KiB", '"2KiB" has the unknown unit "KiB"; write a whole number such as 500, 200k or 1M'],
  [parseCount, 2n ** 60n, "1152921504606846976 is too large"],
  [parseCount, Number.POSITIVE_INFINITY, "Infinity is no whole number; write a whole number such as 500, 200k or 1M"],
  [parseCount, "9007199254740992", '"9007199254740992" is too large'],
  [parseCount, "9".repeat(50), `"${"9".repeat(39)}…" is too long; write a whole number such as 500, 200k or 1M`],
];

describe("Quantities", () => {
  test.each([...GOOD])("%p reads %p", (parse, input, value) => expect(parse(input)).toEqual({ value }));
  test.each([...BAD])("%p refuses %p", (parse, input, reason) => expect(parse(input)).toEqual({ reason }));

  test("are written in the longest exact unit", () => {
    expect([0, 250, 1000, 90_000, 60_000, 5_400_000, 86_400_000].map(formatDuration)).toEqual([
      "0ms",
      "250ms",
      "1s",
      "90s",
      "1m",
      "90m",
      "1d",
    ]);
    expect([0, 1, 1024, 1_000_000, 134_217_728, 1025].map(formatBytes)).toEqual([
      "0B",
      "1B",
      "1KiB",
      "1MB",
      "128MiB",
      "1025B",
    ]);
    expect([0, 1000, 9999, 10_000, 500_000, 2e9, 12_345].map(formatCount)).toEqual([
      "0",
      "1000",
      "9999",
      "10k",
      "500k",
      "2G",
      "12345",
    ]);
  });

  test("are read back as they were written, and the JSON Schema's patterns accept them", () => {
    const kinds = [
      [formatDuration, parseDuration, new RegExp(DURATION_PATTERN)],
      [formatBytes, parseBytes, new RegExp(BYTES_PATTERN)],
      [formatCount, parseCount, new RegExp(COUNT_PATTERN)],
    ] as const;
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 5000; round++) {
      const factor = [1, 10, 1000, 1024, 60_000, 1_048_576, 1e6][round % 7] ?? 1;
      const amount = Math.floor(random() ** 4 * 8e9) * factor;
      for (const [format, parse, pattern] of kinds) {
        const text = format(amount);
        expect(parse(text)).toEqual({ value: amount });
        expect(pattern.test(text)).toBe(true);
      }
    }
  });

  test("agree with exact arithmetic on fractions", () => {
    for (let thousandths = 0; thousandths <= 3000; thousandths += 7) {
      const text = `${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, "0")}`;
      expect(parseDuration(`${text}s`)).toEqual({ value: thousandths });
      expect("value" in parseBytes(`${text}KiB`)).toBe((thousandths * 1024) % 1000 === 0);
    }
  });
});
