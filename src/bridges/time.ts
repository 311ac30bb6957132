import { bridgeFunction, type Bridge } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import { integer, number, shape, once, time as timeSchema, v } from "../contract/schema.ts";
import { Time } from "../contract/value.ts";

const now = bridgeFunction({
  doc: "The time now, as a time value.",
  parameters: () => ({}),
  returns: () => timeSchema(),
  repeat: "safe",
  run: (_args, { effects }) => Time.fromMilliseconds(effects.clock.now()),
});

const milliseconds = bridgeFunction({
  doc: "Milliseconds since 1970-01-01T00:00:00Z: now, or of a time value.",
  parameters: () => ({ time: v.optional(v.pipe(timeSchema(), v.description("Now unless told"))) }),
  returns: () => number(),
  repeat: "safe",
  run: ({ time }, { effects }) => Math.floor(time === undefined ? effects.clock.now() : time.toMilliseconds()),
});

const sleep = bridgeFunction({
  doc: "Waits; other fibers go on meanwhile.",
  parameters: () => ({ milliseconds: v.pipe(number(0), v.description("How long")) }),
  returns: () => v.null(),
  repeat: "safe",
  untimed: true,
  async run({ milliseconds: duration }, { effects, signal }) {
    await effects.clock.sleep(duration, signal);
    return null;
  },
});

const parse = bridgeFunction({
  doc: "Reads an RFC 3339 time such as `2026-11-21T10:00:00Z`.",
  parameters: () => ({ text: v.pipe(v.string(), v.description("RFC 3339, with Z or an offset")) }),
  returns: () => timeSchema(),
  repeat: "safe",
  run({ text }) {
    const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/i.exec(text);
    const whole = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`);
    if (match === null || Number.isNaN(whole) || !isDay(match[1] ?? "")) {
      throw new SpellError("call.arguments", `time.parse: "${text}" is not an RFC 3339 time`, {
        fix: "Write it like 2026-11-21T10:00:00Z",
      });
    }
    return new Time(whole / 1000, Number((match[2] ?? "").padEnd(9, "0")));
  },
});

/** Whether the month has that day: `Date` goes on counting in the next one. */
function isDay(text: string): boolean {
  const day = text.slice(0, "2026-11-21".length);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

const format = bridgeFunction({
  doc: "Writes a time as RFC 3339 in UTC.",
  parameters: () => ({ time: v.pipe(timeSchema(), v.description("What to write")) }),
  returns: () => v.string(),
  repeat: "safe",
  run: ({ time }) => time.toJSON(),
});

const from = bridgeFunction({
  doc: "The time of so many milliseconds since 1970-01-01T00:00:00Z.",
  parameters: () => ({ milliseconds: v.pipe(integer(-8.64e15), v.description("Milliseconds")) }),
  returns: () => timeSchema(),
  repeat: "safe",
  run: ({ milliseconds: since }) => Time.fromMilliseconds(since),
});

/** The clock, and waiting. */
export const time = {
  name: "time",
  doc: "Tells the time and waits. Times are values of their own with nanoseconds; `os.time`, `Date` and the like read the same clock.",
  capability: "run",
  grant: once(() => shape({})),
  functions: { now, milliseconds, sleep, parse, format, from },
} satisfies Bridge;
