/** Days, dates and clocks of the proleptic Gregorian calendar, and arithmetic on instants. */
import { civilDate } from "../../forms/index.ts";
import { wrapInt, type TengoInt } from "../../integers.ts";
import { TengoTime, type TengoLocation } from "../../values.ts";

/** Seconds of a day. */
export const DAY_SECONDS = 86_400;

const BILLION = 1_000_000_000;
const BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Whether a year has a 29th of February. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** How many days of a common year are before a month, 1 to 13. */
export function daysBeforeMonth(month: number): number {
  return BEFORE_MONTH[month - 1] ?? 365;
}

/** How many days a month has. */
export function daysOfMonth(year: number, month: number): number {
  if (month === 2 && isLeapYear(year)) return 29;
  return daysBeforeMonth(month + 1) - daysBeforeMonth(month);
}

/** Days from 1970-01-01 to a date; the day may be any number, the month is 1 to 12. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  return before * 365 + leaps - 719_162 + daysBeforeMonth(month) + leapDay + day - 1;
}

/** 0 is Sunday. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

/** What clocks and calendars at a time's place show. */
export interface Shown {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly yearDay: number;
  readonly offset: number;
  readonly abbreviation: string;
}

/** What clocks and calendars show at a time. */
export function show(time: TengoTime): Shown {
  const { offset, abbreviation } = time.location.at(time.seconds);
  const local = time.seconds + offset;
  const days = Math.floor(local / DAY_SECONDS);
  const second = local - days * DAY_SECONDS;
  const { year, month, day } = civilDate(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
    weekday: weekdayOf(days),
    yearDay: days - daysSinceEpoch(year, 1, 1) + 1,
    offset,
    abbreviation,
  };
}

/** A place that also says how long what it shows lasts. */
export interface Zone extends TengoLocation {
  /** As `at`, with the first second and the first second after. */
  lookup(seconds: number): {
    readonly offset: number;
    readonly abbreviation: string;
    readonly start: number;
    readonly end: number;
  };
}

function isZone(location: TengoLocation): location is Zone {
  return "lookup" in location;
}

/** Seconds since 1970 for what a place's clocks show: where they were moved, as Go decides. */
export function universalSeconds(shown: number, location: TengoLocation): number {
  if (!isZone(location)) return shown - location.at(shown).offset;
  const { offset, start, end } = location.lookup(shown);
  const seconds = shown - offset;
  if (offset === 0 || (seconds >= start && seconds < end)) return seconds;
  return shown - location.lookup(seconds).offset;
}

/** The year, month, day, hour, minute, second and nanosecond of a date; each may be out of its range. */
export type DateParts = readonly [number, number, number, number, number, number, number];

/** Seconds as an int64 holds them; far beyond 2^53 they are not exact. */
function wrapSeconds(seconds: number): number {
  return Math.abs(seconds) < 2 ** 63 ? seconds : Number(BigInt.asIntN(64, BigInt(seconds)));
}

/** The time at which a place's clocks show a date, brought into range as Go's `Date` does. */
export function timeOfDate(parts: DateParts, location: TengoLocation): TengoTime {
  const [year, month, day, hour, minute, second, nanosecond] = parts;
  const carry = Math.floor(nanosecond / BILLION);
  const years = year + Math.floor((month - 1) / 12);
  const monthOfYear = ((((month - 1) % 12) + 12) % 12) + 1;
  const days = daysSinceEpoch(years, monthOfYear, day);
  const shown = wrapSeconds(days * DAY_SECONDS + hour * 3600 + minute * 60 + second + carry);
  return new TengoTime(universalSeconds(shown, location), nanosecond - carry * BILLION, location);
}

/** The time of seconds and nanoseconds since 1970, which may be any number of them. */
export function timeOfUnix(seconds: TengoInt, nanoseconds: TengoInt, location: TengoLocation): TengoTime {
  const nanos = BigInt(nanoseconds);
  const rest = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const total = BigInt.asIntN(64, BigInt(seconds) + (nanos - rest) / 1_000_000_000n);
  return new TengoTime(Number(total), Number(rest), location);
}

/** A time and a duration in nanoseconds. */
export function addDuration(time: TengoTime, duration: TengoInt): TengoTime {
  const whole = typeof duration === "number" ? Math.floor(duration / BILLION) : floorSeconds(duration);
  const rest =
    typeof duration === "number" ? duration - whole * BILLION : Number(duration - BigInt(whole) * 1_000_000_000n);
  const nanoseconds = time.nanoseconds + rest;
  const carry = nanoseconds >= BILLION ? 1 : 0;
  return new TengoTime(time.seconds + whole + carry, nanoseconds - carry * BILLION, time.location);
}

function floorSeconds(duration: bigint): number {
  const whole = duration / 1_000_000_000n;
  return Number(duration % 1_000_000_000n < 0n ? whole - 1n : whole);
}

const LONGEST = 2n ** 63n - 1n;

/** The duration from one time to another in nanoseconds, the longest there is where it would be longer. */
export function durationBetween(from: TengoTime, to: TengoTime): TengoInt {
  const seconds = to.seconds - from.seconds;
  const nanoseconds = to.nanoseconds - from.nanoseconds;
  if (Math.abs(seconds) < 9_000_000) return seconds * BILLION + nanoseconds;
  const exact = (BigInt(to.seconds) - BigInt(from.seconds)) * 1_000_000_000n + BigInt(nanoseconds);
  if (exact > LONGEST) return LONGEST;
  return exact < -LONGEST - 1n ? -LONGEST - 1n : wrapInt(exact);
}

/** Below 0 where the first time is earlier, above 0 where it is later. */
export function compareTimes(a: TengoTime, b: TengoTime): number {
  return a.seconds === b.seconds ? a.nanoseconds - b.nanoseconds : a.seconds - b.seconds;
}

/** Nanoseconds since 1970, wrapped to 64 bits. */
export function unixNanoseconds(time: TengoTime): TengoInt {
  return wrapInt(BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanoseconds));
}

/** Whether a time is Go's zero time, the first second of year 1. */
export function isZeroTime(time: TengoTime): boolean {
  return time.seconds === -62_135_596_800 && time.nanoseconds === 0;
}
