/** Go's `time.Parse`: reads a text by a layout. */
import { UTC } from "../../forms/index.ts";
import { TengoTime, type TengoLocation } from "../../values.ts";
import { daysBeforeMonth, daysOfMonth, isLeapYear, timeOfDate, type DateParts } from "./calendar.ts";
import {
  isDigitAt,
  MONTH_NAMES,
  nextChunk,
  WEEKDAY_NAMES,
  type LayoutChunk,
  type LayoutElement,
  type ZoneElement,
} from "./layout.ts";
import { fixedLocation } from "./location.ts";
import { quotePlain } from "./quote-plain.ts";

/** Thrown while an element is read: the text does not have its form, or a number is not in its range. */
class Mismatch {
  /** `range` is what is out of range; empty where the form is wrong. */
  constructor(readonly range = "") {}
}

/** What has been read. */
interface Parsed {
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  half: "AM" | "PM" | undefined;
  utc: boolean;
  /** Seconds east of Greenwich; as in Go, one second west counts as none told. */
  offset: number;
  zoneName: string;
}

/** Takes a number off a text. */
interface Taken {
  readonly value: number;
  readonly rest: string;
}

function takeDigits(text: string, most: number, fixed: boolean): Taken {
  let end = 0;
  while (end < most && isDigitAt(text, end)) end++;
  if (end === 0 || (fixed && end < most)) throw new Mismatch();
  return { value: Number(text.slice(0, end)), rest: text.slice(end) };
}

/** A whole text as a number; a sign may stand before it, and nothing at all is 0. */
function wholeNumber(text: string): number {
  const match = /^([+-]?)(\d*)$/.exec(text);
  if (match === null) throw new Mismatch();
  const value = Number(match[2]);
  return match[1] === "-" ? -value : value;
}

function takeName(text: string, names: readonly string[], length?: number): Taken {
  for (const [value, name] of names.entries()) {
    const wanted = name.slice(0, length).toLowerCase();
    if (text.slice(0, wanted.length).toLowerCase() === wanted) return { value, rest: text.slice(wanted.length) };
  }
  throw new Mismatch();
}

/** Takes plain text of a layout off a text; runs of spaces are all the same. */
function skipPlain(text: string, plain: string): { rest: string; matched: boolean } {
  let rest = text;
  for (let at = 0; at < plain.length;) {
    if (plain[at] === " ") {
      if (rest.length > 0 && rest[0] !== " ") return { rest, matched: false };
      while (plain[at] === " ") at++;
      rest = rest.replace(/^ +/, "");
      continue;
    }
    if (rest[0] !== plain[at]) return { rest, matched: false };
    at++;
    rest = rest.slice(1);
  }
  return { rest, matched: true };
}

function nanosecondsOf(text: string): number {
  if (text[0] !== "." && text[0] !== ",") throw new Mismatch();
  const digits = text.slice(1, 10);
  const value = wholeNumber(digits);
  if (value < 0) throw new Mismatch("fractional second");
  return value * 10 ** (9 - digits.length);
}

function fractionLength(text: string): number {
  if (text[0] !== "." && text[0] !== ",") return 0;
  let end = 1;
  while (isDigitAt(text, end)) end++;
  return end === 1 ? 0 : end;
}

function inRange(taken: Taken, from: number, to: number, what: string): Taken {
  if (taken.value < from || taken.value > to) throw new Mismatch(what);
  return taken;
}

type Reader = (text: string, into: Parsed, chunk: LayoutChunk, layout: string) => string;

function readSecond(text: string, into: Parsed, chunk: LayoutChunk, layout: string): string {
  const { value, rest } = inRange(takeDigits(text, 2, chunk.element === "05"), 0, 59, "second");
  into.second = value;
  // A fraction may follow even where the layout has none.
  const length = fractionLength(rest);
  const next = nextChunk(layout, chunk.end).element;
  if (length === 0 || next === ".0" || next === ".9") return rest;
  into.nanosecond = nanosecondsOf(rest.slice(0, length));
  return rest.slice(length);
}

function readHalf(text: string, into: Parsed, chunk: LayoutChunk): string {
  const upper = chunk.element === "PM";
  const found = text.slice(0, 2);
  if (found === (upper ? "PM" : "pm")) into.half = "PM";
  else if (found === (upper ? "AM" : "am")) into.half = "AM";
  else throw new Mismatch();
  return text.slice(2);
}

function readDay(text: string, into: Parsed, chunk: LayoutChunk): string {
  const spaced = chunk.element === "_2" && text[0] === " " ? text.slice(1) : text;
  const { value, rest } = takeDigits(spaced, 2, chunk.element === "02");
  into.day = value;
  return rest;
}

function readYearDay(text: string, into: Parsed, chunk: LayoutChunk): string {
  const spaced = chunk.element === "__2" ? text.replace(/^ {1,2}/, "") : text;
  const { value, rest } = takeDigits(spaced, 3, chunk.element === "002");
  into.yearDay = value;
  return rest;
}

function readOffset(text: string, into: Parsed, chunk: LayoutChunk): string {
  const element = chunk.element as ZoneElement;
  if (element.startsWith("Z") && text[0] === "Z") {
    into.utc = true;
    return text.slice(1);
  }
  const { length } = element;
  if (text.length < length) throw new Mismatch();
  const colon = element.includes(":");
  if (colon && (text[3] !== ":" || (length > 6 && text[6] !== ":"))) throw new Mismatch();
  const step = colon ? 3 : 2;
  // What is read before a pair that is no number is still checked for its range, as in Go.
  const numbers: number[] = [];
  let at = 1;
  for (; at < length && isDigitAt(text, at) && isDigitAt(text, at + 1); at += step) {
    numbers.push(Number(text.slice(at, at + 2)));
  }
  const [hours = 0, minutes = 0, seconds = 0] = numbers;
  const rest = text.slice(length);
  if (seconds > 60) throw new Mismatch("time zone offset second");
  if (minutes > 60) throw new Mismatch("time zone offset minute");
  if (hours > 24) throw new Mismatch("time zone offset hour");
  if (at < length || (text[0] !== "+" && text[0] !== "-")) throw new Mismatch();
  const offset = (hours * 60 + minutes) * 60 + seconds;
  into.offset = text[0] === "-" ? -offset : offset;
  return rest;
}

/** How long `+03` or the like at a text's start is; 0 where there is none, or none between -23 and 23. */
function signedOffsetLength(text: string): number {
  const digits = /^[+-](\d+)/.exec(text);
  return digits === null || Number(digits[1]) > 23 ? 0 : digits[0].length;
}

/** How long what looks like the name of a zone is; 0 where nothing does. */
function zoneNameLength(text: string): number {
  if (text.length < 3) return 0;
  if (text.startsWith("ChST") || text.startsWith("MeST")) return 4;
  if (text.startsWith("GMT")) return 3 + signedOffsetLength(text.slice(3));
  if (text[0] === "+" || text[0] === "-") return signedOffsetLength(text);
  const capitals = /^[A-Z]{0,6}/.exec(text)?.[0] ?? "";
  if (capitals.length === 3) return 3;
  if (capitals.length === 4) return capitals.endsWith("T") || capitals === "WITA" ? 4 : 0;
  return capitals.length === 5 && capitals.endsWith("T") ? 5 : 0;
}

function readZoneName(text: string, into: Parsed): string {
  if (text.startsWith("UTC")) {
    into.utc = true;
    return text.slice(3);
  }
  const length = zoneNameLength(text);
  if (length === 0) throw new Mismatch();
  into.zoneName = text.slice(0, length);
  return text.slice(length);
}

function readFraction(text: string, into: Parsed, chunk: LayoutChunk): string {
  const length = chunk.element === ".0" ? 1 + chunk.digits : fractionLength(text);
  if (length === 0) return text;
  if (text.length < length) throw new Mismatch();
  into.nanosecond = nanosecondsOf(text.slice(0, length));
  return text.slice(length);
}

function readShortYear(text: string, into: Parsed): string {
  if (text.length < 2) throw new Mismatch();
  const year = wholeNumber(text.slice(0, 2));
  into.year = year >= 69 ? year + 1900 : year + 2000;
  return text.slice(2);
}

function readYear(text: string, into: Parsed): string {
  if (text.length < 4 || !isDigitAt(text, 0)) throw new Mismatch();
  into.year = wholeNumber(text.slice(0, 4));
  return text.slice(4);
}

function named(names: readonly string[], length: number | undefined, key: "month" | undefined): Reader {
  return (text, into) => {
    const { value, rest } = takeName(text, names, length);
    if (key !== undefined) into[key] = value + 1;
    return rest;
  };
}

function numbered(key: "month" | "hour" | "minute", fixed: boolean, from: number, to: number): Reader {
  return (text, into) => {
    const { value, rest } = inRange(takeDigits(text, 2, fixed), from, to, key);
    into[key] = value;
    return rest;
  };
}

const READERS: Readonly<Partial<Record<LayoutElement, Reader>>> = {
  "06": readShortYear,
  "2006": readYear,
  Jan: named(MONTH_NAMES, 3, "month"),
  January: named(MONTH_NAMES, undefined, "month"),
  "1": numbered("month", false, 1, 12),
  "01": numbered("month", true, 1, 12),
  Mon: named(WEEKDAY_NAMES, 3, undefined),
  Monday: named(WEEKDAY_NAMES, undefined, undefined),
  "2": readDay,
  _2: readDay,
  "02": readDay,
  __2: readYearDay,
  "002": readYearDay,
  "15": numbered("hour", false, 0, 23),
  "3": numbered("hour", false, 0, 12),
  "03": numbered("hour", true, 0, 12),
  "4": numbered("minute", false, 0, 59),
  "04": numbered("minute", true, 0, 59),
  "5": readSecond,
  "05": readSecond,
  PM: readHalf,
  pm: readHalf,
  MST: readZoneName,
  ".0": readFraction,
  ".9": readFraction,
};

/** What went wrong, as Go's `ParseError` tells it. */
interface Fault {
  readonly fault: string;
}

/** Month and day from the day of the year, or why they do not fit together. */
function dateOf(parsed: Parsed): { month: number; day: number } | string {
  const { year, yearDay } = parsed;
  let { month, day } = parsed;
  if (yearDay !== undefined) {
    if (yearDay < 1 || yearDay > (isLeapYear(year) ? 366 : 365)) return "day-of-year out of range";
    let found = 12;
    const before = (of: number): number => daysBeforeMonth(of) + (of > 2 && isLeapYear(year) ? 1 : 0);
    while (before(found) >= yearDay) found--;
    if (month !== undefined && month !== found) return "day-of-year does not match month";
    month = found;
    if (day !== undefined && day !== yearDay - before(found)) return "day-of-year does not match day";
    day = yearDay - before(found);
  }
  month ??= 1;
  day ??= 1;
  return day < 1 || day > daysOfMonth(year, month) ? "day out of range" : { month, day };
}

function locationOf(parsed: Parsed): { location: TengoLocation; offset: number } {
  const { offset, zoneName } = parsed;
  if (parsed.utc) return { location: UTC, offset: 0 };
  if (offset !== -1) {
    const own = offset === 0 && (zoneName === "" || zoneName === "UTC");
    return { location: own ? UTC : fixedLocation(zoneName, offset), offset };
  }
  if (zoneName === "") return { location: UTC, offset: 0 };
  const hours = zoneName.length > 3 && zoneName.startsWith("GMT") ? Number(zoneName.slice(3)) : 0;
  return { location: fixedLocation(zoneName, hours * 3600), offset: 0 };
}

function hourOf({ hour, half }: Parsed): number {
  if (half === "PM" && hour < 12) return hour + 12;
  return half === "AM" && hour === 12 ? 0 : hour;
}

/** Reads a text by a layout, both byte strings. */
export function parseTime(layout: string, text: string): TengoTime | Fault {
  const failed = (element: string, found: string): Fault => ({
    fault: `parsing time ${quotePlain(text)} as ${quotePlain(layout)}: cannot parse ${quotePlain(found)} as ${quotePlain(element)}`,
  });
  const wrong = (message: string): Fault => ({ fault: `parsing time ${quotePlain(text)}: ${message}` });
  const parsed: Parsed = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    half: undefined,
    utc: false,
    offset: -1,
    zoneName: "",
  };
  let rest = text;
  for (let at = 0; ;) {
    const chunk = nextChunk(layout, at);
    const plain = layout.slice(at, chunk.start);
    const skipped = skipPlain(rest, plain);
    if (!skipped.matched) return failed(plain, skipped.rest);
    rest = skipped.rest;
    if (chunk.element === undefined) break;
    try {
      rest = (READERS[chunk.element] ?? readOffset)(rest, parsed, chunk, layout);
    } catch (fault) {
      if (!(fault instanceof Mismatch)) throw fault;
      if (fault.range !== "") return wrong(`${fault.range} out of range`);
      return failed(layout.slice(chunk.start, chunk.end), rest);
    }
    at = chunk.end;
  }
  if (rest.length > 0) return wrong(`extra text: ${quotePlain(rest)}`);
  const date = dateOf(parsed);
  if (typeof date === "string") return wrong(date);
  const { year, minute, second, nanosecond } = parsed;
  const parts: DateParts = [year, date.month, date.day, hourOf(parsed), minute, second, nanosecond];
  const { location, offset } = locationOf(parsed);
  const shown = timeOfDate(parts, UTC);
  return new TengoTime(shown.seconds - offset, shown.nanoseconds, location);
}
