import { integer, number, shape, oneOf, type Parsed, record, v, value } from "../contract/schema.ts";

/** What an expectation about a text may say. */
export const TEXT_MATCHERS = ["match", "contains"] as const;
/** What an expectation about a value may say; a map with other keys is the value itself. */
export const VALUE_MATCHERS = ["equals", ...TEXT_MATCHERS] as const;
/** What of a run's use may be expected. */
export const USAGE_KEYS = ["calls", "llmCalls", "toolCalls", "tokens", "usd"] as const;

const CALL_NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\.([A-Za-z_]\w*|\*)$/;

function pattern() {
  return v.pipe(
    v.string(),
    v.check((text) => toRegExp(text) !== undefined, "is no regular expression"),
  );
}

/** A regular expression as a case writes it: its source, or `/source/flags`. Undefined where it is none. */
export function toRegExp(text: string): RegExp | undefined {
  const [, source = text, flags = ""] = /^\/([\s\S]*)\/([a-z]*)$/.exec(text) ?? [];
  try {
    return new RegExp(source, flags.replace(/[gy]/g, ""));
  } catch {
    return undefined;
  }
}

function text() {
  const matchers = v.pipe(
    shape({ match: v.optional(pattern()), contains: v.optional(v.pipe(v.string(), v.minLength(1))) }),
    v.check((map) => hasKey(map), "must say match or contains"),
  );
  return v.union([v.string(), matchers]);
}

function call() {
  const name = v.pipe(
    v.string(),
    v.regex(CALL_NAME, "must be a call such as llm.complete, or files.* for all of them"),
  );
  return v.union([name, shape({ call: name, arguments: v.optional(v.array(value())) })]);
}

function calls() {
  const list = v.array(call());
  const parts = v.pipe(
    shape({
      exactly: v.optional(list),
      atLeast: v.optional(v.pipe(list, v.minLength(1))),
      noneOf: v.optional(v.pipe(v.array(call()), v.minLength(1))),
    }),
    v.check((map) => hasKey(map), "must say exactly, atLeast or noneOf"),
  );
  return v.union([list, parts]);
}

function amount() {
  const bound = number(0);
  const bounds = v.pipe(
    shape({ min: v.optional(bound), max: v.optional(bound) }),
    v.check((map) => hasKey(map), "must say min or max"),
  );
  return v.union([bound, bounds]);
}

function hasKey(map: object): boolean {
  return Object.keys(map).length > 0;
}

function expectation() {
  const error = v.pipe(
    shape({ code: v.optional(v.pipe(v.string(), v.minLength(1))), message: v.optional(text()) }),
    v.check((map) => hasKey(map), "must say code or message"),
  );
  return v.pipe(
    shape({
      status: v.optional(integer(0, 255)),
      result: v.optional(value()),
      output: v.optional(text()),
      stderr: v.optional(text()),
      error: v.optional(error),
      calls: v.optional(calls()),
      usage: v.optional(
        v.pipe(
          shape({
            calls: v.optional(amount()),
            llmCalls: v.optional(amount()),
            toolCalls: v.optional(amount()),
            tokens: v.optional(amount()),
            usd: v.optional(amount()),
          }),
          v.check((map) => hasKey(map), "must say what of it is expected"),
        ),
      ),
    }),
    v.check((map) => hasKey(map), "must say what is expected, such as { status: 0 }"),
  );
}

/** The schema of a case's file. */
export function caseSchema({ engines }: { readonly engines: readonly string[] }) {
  const text = v.optional(v.pipe(v.string(), v.minLength(1)));
  const seed = v.optional(integer(0, MAX_SEED));
  const time = v.pipe(
    v.string(),
    v.check((written) => toInstant(written) !== undefined, "must be a time such as 2026-01-01T00:00:00Z"),
  );
  const mock = v.optional(v.union([v.pipe(v.string(), v.minLength(1)), v.array(value()), record(v.unknown())]));
  return shape({
    description: v.optional(v.pipe(v.string(), v.description("What the case is about"))),
    engine: v.optional(
      v.pipe(
        oneOf(engines as [string, ...string[]]),
        v.description("Only this engine; unless told every language that the spell has"),
      ),
    ),
    parameters: v.optional(v.pipe(record(value()), v.description("The spell's parameters"))),
    input: v.optional(v.pipe(v.string(), v.description("The text of standard input"))),
    profile: v.pipe(text, v.description("A profile's name, or its path beside the case; unless told the one of a run")),
    model: v.pipe(text, v.description("The model that recording it again asks")),
    seed: v.pipe(seed, v.description("The seed of random numbers; 1 unless told")),
    time: v.optional(v.pipe(time, v.description("When the run begins; 2026-01-01T00:00:00Z unless told"))),
    mock: v.pipe(mock, v.description("A script of the mock model, or the path of one beside the case")),
    recording: v.pipe(text, v.description("The record of a real run beside the case, to be replayed")),
    expect: v.optional(v.pipe(expectation(), v.description("What must be so; what is not named is not looked at"))),
  });
}

const MAX_SEED = 2 ** 32 - 1;

/** Milliseconds since the epoch; undefined where it is no time with a zone. */
export function toInstant(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** A case's file as it is written. */
export type WrittenCase = Parsed<ReturnType<typeof caseSchema>>;
