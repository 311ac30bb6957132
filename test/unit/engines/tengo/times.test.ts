import { describe, expect, test } from "bun:test";
import { TengoTime } from "../../../../src/engines/tengo/values.ts";
import { sleepMilliseconds } from "../../../../src/engines/tengo/modules/times/index.ts";
import { loadLocation } from "../../../../src/engines/tengo/modules/times/location.ts";
import { timeText } from "../../../../src/engines/tengo/modules/times/format-time.ts";
import { runSource } from "./run-source.ts";

const times = (expression: string): string => runSource(`t := import("times"); out := ${expression}`);

describe("times", () => {
  test.each([
    [
      't.time_format(time(0), "Monday, _2 Jan 2006 15:04:05.000 __2 002 pm")',
      "Thursday,  1 Jan 1970 00:00:00.000   1 001 am",
    ],
    ['t.time_format(t.date(-44, 3, 15, 0, 0, 0, 0), "2006 06 Mon")', "-0044 44 Thu"],
    ['t.time_format(t.date(12024, 1, 2, 3, 4, 5, 600), ",999999999 .9999")', ",0000006 "],
    ['t.time_format(time(0), "_2006 Janus Mondays Z07:00 -07:00:00")', "_1970 Janus Thursdays Z +00:00:00"],
    ['t.parse("Mon Jan _2 15:04:05 MST 2006", "tue FEB  2 03:04:05 CET 2010")', "2010-02-02 03:04:05 +0000 CET"],
    ['t.parse("3:04PM", "12:30AM")', "0000-01-01 00:30:00 +0000 UTC"],
    ['t.parse("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:05.5-08:30")', "2020-01-02 03:04:05.5 -0830 -0830"],
    ['t.parse("2006 002", "2024 060")', "2024-02-29 00:00:00 +0000 UTC"],
    ["t.date(2021, 14, 40, 25, 61, 61, -1)", "2022-03-13 02:02:00.999999999 +0000 UTC"],
    ["t.add_date(t.date(2024, 2, 29, 0, 0, 0, 0), 1, 0, 0)", "2025-03-01 00:00:00 +0000 UTC"],
    ["t.sub(t.date(9999, 1, 1, 0, 0, 0, 0), t.date(1, 1, 1, 0, 0, 0, 0))", "9223372036854775807"],
    ["t.is_zero(t.date(1, 1, 1, 0, 0, 0, 0))", "true"],
    ["t.duration_string(-9223372036854775807 - 1)", "-2562047h47m16.854775808s"],
    ['t.parse_duration("-1h2.5m.5s1ns")', "-3750500000001"],
    ["t.month_string(13)", "%!Month(13)"],
    ["t.unix(5, -1)", "1970-01-01 00:00:04.999999999 +0000 UTC"],
  ])("%s is as in Go", (expression, expected) => {
    expect(times(expression)).toBe(expected);
  });

  test.each([
    ['t.parse("2006-01-02", "2023-02-29")', 'parsing time "2023-02-29": day out of range'],
    ['t.parse("15:04", "25:00")', 'parsing time "25:00": hour out of range'],
    ['t.parse("2006", "2020x")', 'parsing time "2020x": extra text: "x"'],
    ['t.parse("Jan", "\\xff")', 'parsing time "\\xff" as "Jan": cannot parse "\\xff" as "Jan"'],
    ['t.parse("2006-002", "2023-366")', "day-of-year out of range"],
    ['t.parse_duration("1")', 'time: missing unit in duration "1"'],
    ['t.parse_duration("1d")', 'time: unknown unit "d" in duration "1d"'],
    ['t.parse_duration("9223372036854775808ns")', "time: invalid duration"],
    ['t.in_location(time(0), "Nowhere/X")', "unknown time zone Nowhere/X"],
    ['t.in_location(time(0), "../etc/passwd")', "time: invalid location name"],
    // The reference names the type of the other argument here.
    ['t.before(5, "x")', "argument 'second' in call to 'user-function:before': expected time(compatible), found int"],
  ])("%s fails", (expression, message) => {
    expect(times(expression)).toContain(message);
  });

  test("now is the run's clock", () => {
    const now = (): { seconds: number; nanoseconds: number } => ({ seconds: 60, nanoseconds: 5 });
    expect(runSource('t := import("times"); out := [t.now(), t.since(time(0)), t.until(100)]', { now })).toBe(
      "[1970-01-01 00:01:00.000000005 +0000 UTC, 60000000005, 39999999995]",
    );
  });

  test("sleep is left to the host, in milliseconds", () => {
    expect(times("t.sleep(5)")).toBe("called sleep");
    expect(sleepMilliseconds([1_500_000])).toBe(1.5);
    expect(sleepMilliseconds([-1])).toBe(0);
    expect(() => sleepMilliseconds([])).toThrow();
  });
});

describe("zones", () => {
  const shown = (zone: string, seconds: number): string => {
    const location = loadLocation(zone);
    return "fault" in location ? location.fault : timeText(new TengoTime(seconds, 0, location));
  };

  // Printed by Go with the same database.
  test.each([
    ["Europe/Berlin", 1_711_846_799, "2024-03-31 01:59:59 +0100 CET"],
    ["Europe/Berlin", 1_711_846_800, "2024-03-31 03:00:00 +0200 CEST"],
    ["America/New_York", -3_000_000_000, "1874-12-07 13:43:58 -0456 LMT"],
    ["Asia/Kolkata", 0, "1970-01-01 05:30:00 +0530 IST"],
    ["Africa/Monrovia", 0, "1969-12-31 23:15:30 -0044 MMT"],
    ["Europe/Dublin", 0, "1970-01-01 01:00:00 +0100 IST"],
    ["America/Indiana/Knox", 1_143_961_200, "2006-04-02 02:00:00 -0500 CDT"],
    ["Australia/Lord_Howe", 32_503_680_000, "3000-01-01 11:00:00 +1100 +11"],
    ["US/Pacific", 100_000_000_000, "5138-11-16 01:46:40 -0800 PST"],
    ["EST5EDT", 1_700_000_000, "2023-11-14 17:13:20 -0500 EST"],
  ])("%s at %d", (zone, seconds, expected) => {
    expect(shown(zone, seconds)).toBe(expected);
  });

  test("a clock time that does not exist is moved, and one that is twice is the second", () => {
    expect(times('t.date(2024, 3, 31, 2, 30, 0, 0, "Europe/Berlin")')).toBe("2024-03-31 03:30:00 +0200 CEST");
    expect(times('t.date(2024, 10, 27, 2, 30, 0, 0, "Europe/Berlin")')).toBe("2024-10-27 02:30:00 +0100 CET");
  });
});
