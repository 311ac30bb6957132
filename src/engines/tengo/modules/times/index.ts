/**
 * The module `times`: 36 functions and 33 constants over Go's time package. Durations are nanoseconds. What differs
 * from the reference: local time is UTC, `now` is the run's clock, all zones come from one embedded database, and
 * `sleep` is not done here but by the host.
 */
import type { RunContext } from "../../context.ts";
import { TengoRuntimeError, WrongArgumentType } from "../../errors.ts";
import { toTime, UTC } from "../../forms/index.ts";
import { floatToInt, intToFloat, type TengoInt } from "../../integers.ts";
import {
  HostFunction,
  TengoFloat,
  TengoTime,
  typeName,
  type NativeBody,
  type TengoLocation,
  type TengoValue,
} from "../../values.ts";
import { expectCount, functions, intArgument, stringArgument, timeArgument } from "../arguments.ts";
import {
  addDuration,
  compareTimes,
  durationBetween,
  isZeroTime,
  show,
  timeOfDate,
  timeOfUnix,
  unixNanoseconds,
  type DateParts,
  type Shown,
} from "./calendar.ts";
import { durationIn, durationText, parseDuration } from "./duration.ts";
import { formatTime, timeText } from "./format-time.ts";
import { MONTH_NAMES } from "./layout.ts";
import { loadLocation } from "./location.ts";
import { parseTime } from "./parse-time.ts";

/**
 * What a script gets as `times.sleep`. The machine stops at it as at a bridge's function; whoever answers calls the
 * bridge `time.sleep` with {@link sleepMilliseconds} of the arguments, and answers undefined.
 */
export const TIMES_SLEEP = new HostFunction("time", "sleep", [], "sleep");

/** How long `times.sleep` waits by its arguments; throws what a native throws where they are wrong. */
export function sleepMilliseconds(args: readonly TengoValue[]): number {
  expectCount(args, 1);
  return Math.max(0, intToFloat(intArgument(args, 0)) / 1_000_000);
}

const FORMATS: Readonly<Record<string, string>> = {
  format_ansic: "Mon Jan _2 15:04:05 2006",
  format_unix_date: "Mon Jan _2 15:04:05 MST 2006",
  format_ruby_date: "Mon Jan 02 15:04:05 -0700 2006",
  format_rfc822: "02 Jan 06 15:04 MST",
  format_rfc822z: "02 Jan 06 15:04 -0700",
  format_rfc850: "Monday, 02-Jan-06 15:04:05 MST",
  format_rfc1123: "Mon, 02 Jan 2006 15:04:05 MST",
  format_rfc1123z: "Mon, 02 Jan 2006 15:04:05 -0700",
  format_rfc3339: "2006-01-02T15:04:05Z07:00",
  format_rfc3339_nano: "2006-01-02T15:04:05.999999999Z07:00",
  format_kitchen: "3:04PM",
  format_stamp: "Jan _2 15:04:05",
  format_stamp_milli: "Jan _2 15:04:05.000",
  format_stamp_micro: "Jan _2 15:04:05.000000",
  format_stamp_nano: "Jan _2 15:04:05.000000000",
};

const DURATIONS: Readonly<Record<string, number>> = {
  nanosecond: 1,
  microsecond: 1000,
  millisecond: 1_000_000,
  second: 1_000_000_000,
  minute: 60_000_000_000,
  hour: 3_600_000_000_000,
};

/** What a native gives, unless it is a fault: the reference raises those of this module. */
function orThrow<T extends object | number | bigint>(result: T | { readonly fault: string }): T {
  if (typeof result === "object" && "fault" in result) throw new TengoRuntimeError(result.fault);
  return result;
}

function locationNamed(name: string, context: RunContext): TengoLocation {
  context.burn(2000);
  return orThrow(loadLocation(name));
}

function now(context: RunContext): TengoTime {
  const { seconds, nanoseconds } = context.now();
  return new TengoTime(seconds, nanoseconds, UTC);
}

/** Takes the steps of walking a text. */
function text(args: readonly TengoValue[], index: number, context: RunContext): string {
  const found = stringArgument(args, index, context);
  context.burn(1 + (found.length >> 2));
  return found;
}

/**
 * Takes the memory of a formatted time before it is made. An element becomes at most four times as long; only the
 * abbreviation of a zone that was itself read from a text may be of any length.
 */
function chargeFormat(time: TengoTime, layout: string, context: RunContext): void {
  const { length } = time.location.at(time.seconds).abbreviation;
  const names = length > 12 ? (layout.split("MST").length - 1) * length : 0;
  if (names > context.maxStringLength) throw new TengoRuntimeError("exceeding string size limit");
  context.charge(layout.length * 4 + names);
  context.burn(names >> 4);
}

const DURATION_FUNCTIONS: Readonly<Record<string, (duration: TengoInt) => TengoValue>> = {
  duration_hours: (duration) => new TengoFloat(durationIn(duration, 3_600_000_000_000)),
  duration_minutes: (duration) => new TengoFloat(durationIn(duration, 60_000_000_000)),
  duration_nanoseconds: (duration) => duration,
  duration_seconds: (duration) => new TengoFloat(durationIn(duration, 1_000_000_000)),
  duration_string: durationText,
  month_string: (month) => MONTH_NAMES[Number(month) - 1] ?? `%!Month(${BigInt.asUintN(64, BigInt(month))})`,
};

const PARTS: Readonly<Record<string, (shown: Shown) => number>> = {
  time_year: ({ year }) => year,
  time_month: ({ month }) => month,
  time_day: ({ day }) => day,
  time_weekday: ({ weekday }) => weekday,
  time_hour: ({ hour }) => hour,
  time_minute: ({ minute }) => minute,
  time_second: ({ second }) => second,
};

const TIME_FUNCTIONS: Readonly<Record<string, (time: TengoTime, context: RunContext) => TengoValue>> = {
  since: (time, context) => durationBetween(time, now(context)),
  until: (time, context) => durationBetween(now(context), time),
  time_nanosecond: (time) => time.nanoseconds,
  time_unix: (time) => floatToInt(time.seconds),
  time_unix_nano: (time) => unixNanoseconds(time),
  time_location: (time) => time.location.name,
  time_string: (time) => timeText(time),
  is_zero: (time) => isZeroTime(time),
  to_local: (time) => new TengoTime(time.seconds, time.nanoseconds, UTC),
  to_utc: (time) => new TengoTime(time.seconds, time.nanoseconds, UTC),
};

const PAIR_FUNCTIONS: Readonly<Record<string, (a: TengoTime, b: TengoTime) => TengoValue>> = {
  sub: (a, b) => durationBetween(b, a),
  after: (a, b) => compareTimes(a, b) > 0,
};

/** Reads the numbers of a date from the arguments. */
function dateParts(args: readonly TengoValue[]): DateParts {
  const part = (index: number): number => intToFloat(intArgument(args, index));
  return [part(0), part(1), part(2), part(3), part(4), part(5), part(6)];
}

const OTHERS: Readonly<Record<string, NativeBody>> = {
  before(args) {
    expectCount(args, 2);
    const time = timeArgument(args, 0);
    const other = toTime(args[1]);
    // The reference tells the type of the wrong argument here.
    if (other === undefined) throw new WrongArgumentType("second", "time(compatible)", typeName(args[0]));
    return compareTimes(time, other) < 0;
  },
  parse_duration(args, context) {
    expectCount(args, 1);
    return orThrow(parseDuration(text(args, 0, context)));
  },
  date(args, context) {
    expectCount(args, 7, 8);
    const parts = dateParts(args);
    return timeOfDate(parts, args.length === 8 ? locationNamed(stringArgument(args, 7, context), context) : UTC);
  },
  now(args, context) {
    expectCount(args, 0);
    return now(context);
  },
  parse(args, context) {
    expectCount(args, 2);
    return orThrow(parseTime(text(args, 0, context), text(args, 1, context)));
  },
  unix(args) {
    expectCount(args, 2);
    return timeOfUnix(intArgument(args, 0), intArgument(args, 1), UTC);
  },
  add(args) {
    expectCount(args, 2);
    return addDuration(timeArgument(args, 0), intArgument(args, 1));
  },
  add_date(args) {
    expectCount(args, 4);
    const time = timeArgument(args, 0);
    const shown = show(time);
    const [years, months, days] = [1, 2, 3].map((index) => intToFloat(intArgument(args, index)));
    const { hour, minute, second } = shown;
    return timeOfDate(
      [
        shown.year + (years ?? 0),
        shown.month + (months ?? 0),
        shown.day + (days ?? 0),
        hour,
        minute,
        second,
        time.nanoseconds,
      ],
      time.location,
    );
  },
  time_format(args, context) {
    expectCount(args, 2);
    const time = timeArgument(args, 0);
    const layout = text(args, 1, context);
    chargeFormat(time, layout, context);
    const formatted = formatTime(time, layout);
    if (formatted.length > context.maxStringLength) throw new TengoRuntimeError("exceeding string size limit");
    return formatted;
  },
  in_location(args, context) {
    expectCount(args, 2);
    const time = timeArgument(args, 0);
    return new TengoTime(time.seconds, time.nanoseconds, locationNamed(stringArgument(args, 1, context), context));
  },
};

function bodies(): Record<string, NativeBody> {
  const made: Record<string, NativeBody> = { ...OTHERS };
  for (const [name, compute] of Object.entries(DURATION_FUNCTIONS)) {
    made[name] = (args) => {
      expectCount(args, 1);
      return compute(intArgument(args, 0));
    };
  }
  for (const [name, compute] of Object.entries(PARTS)) {
    made[name] = (args) => {
      expectCount(args, 1);
      return floatToInt(compute(show(timeArgument(args, 0))));
    };
  }
  for (const [name, compute] of Object.entries(TIME_FUNCTIONS)) {
    made[name] = (args, context) => {
      expectCount(args, 1);
      return compute(timeArgument(args, 0), context);
    };
  }
  for (const [name, compute] of Object.entries(PAIR_FUNCTIONS)) {
    made[name] = (args) => {
      expectCount(args, 2);
      return compute(timeArgument(args, 0), timeArgument(args, 1));
    };
  }
  return made;
}

/** The members of the module. */
export function makeTimes(): ReadonlyMap<string, TengoValue> {
  const months = MONTH_NAMES.map((name, index) => [name.toLowerCase(), index + 1] as const);
  return new Map<string, TengoValue>([
    ...Object.entries(FORMATS),
    ...Object.entries(DURATIONS),
    ...months,
    ...functions(bodies()),
    ["sleep", TIMES_SLEEP],
  ]);
}
