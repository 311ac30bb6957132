import { describe, expect, test } from "bun:test";
import { time } from "../../../src/bridges/time.ts";
import { Float, Time } from "../../../src/contract/value.ts";
import { callFunction, codeOf, did } from "./bridges.ts";

describe("time", () => {
  test("now and milliseconds read the run's clock", async () => {
    expect(await callFunction(time, "now", {})).toEqual(new Time(1_700_000_000, 123_500_000));
    expect(await callFunction(time, "milliseconds", {})).toBe(1_700_000_000_123);
    expect(await callFunction(time, "milliseconds", { time: new Time(-1, 999_000_000) })).toBe(-1);
  });

  test("sleep waits by the clock, whole and fractional", async () => {
    await callFunction(time, "sleep", { milliseconds: new Float(1.5) });
    await callFunction(time, "sleep", { milliseconds: 0 });
    expect(did.slept).toEqual([1.5, 0]);
    expect(await codeOf(callFunction(time, "sleep", { milliseconds: -1 }))).not.toBe("none");
  });

  test.each([
    ["2026-11-21T10:00:00Z", new Time(1_795_255_200, 0)],
    ["2026-11-21T12:00:00.5+02:00", new Time(1_795_255_200, 500_000_000)],
    ["1969-12-31T23:59:59.000000001Z", new Time(-1, 1)],
  ])("parse reads %s", async (text, expected) => {
    expect(await callFunction(time, "parse", { text })).toEqual(expected);
  });

  test.each([
    ...["", "2026-11-21", "2026-11-21 10:00:00Z", "2026-13-01T00:00:00Z", "2026-11-21T10:00:00", "now"],
    ...["2026-02-30T00:00:00Z", "2026-04-31T10:00:00+02:00", "2025-02-29T00:00:00Z"],
  ])("parse refuses %j", async (text) => {
    expect(await codeOf(callFunction(time, "parse", { text }))).toBe("call.arguments");
  });

  test("format and from", async () => {
    expect(await callFunction(time, "format", { time: new Time(0, 120_000_000) })).toBe("1970-01-01T00:00:00.12Z");
    expect(await callFunction(time, "from", { milliseconds: -1 })).toEqual(new Time(-1, 999_000_000));
    expect(await codeOf(callFunction(time, "from", { milliseconds: 1.5 }))).not.toBe("none");
  });
});
