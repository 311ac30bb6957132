import { value, z } from "../contract/schema.ts";

/** What an expectation about a text may say. */
export const TEXT_MATCHERS = ["match", "contains"] as const;
/** What an expectation about a value may say; a map with other keys is the value itself. */
export const VALUE_MATCHERS = ["equals", ...TEXT_MATCHERS] as const;
/** What of a run's use may be expected. */
export const USAGE_KEYS = ["calls", "llmCalls", "toolCalls", "tokens", "usd"] as const;

const CALL_NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\.([A-Za-z_]\w*|\*)$/;

function pattern() {
  return z.string().refine((text) => toRegExp(text) !== undefined, { error: "is no regular expression" });
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
  const matchers = z
    .strictObject({ match: pattern().optional(), contains: z.string().min(1).optional() })
    .refine(hasKey, orSay("must say match or contains"));
  return z.union([z.string(), matchers]);
}

function call() {
  const name = z
    .string()
    .regex(CALL_NAME, { error: "must be a call such as llm.complete, or files.* for all of them" });
  return z.union([name, z.strictObject({ call: name, arguments: z.array(value()).optional() })]);
}

function calls() {
  const list = z.array(call());
  const parts = z
    .strictObject({
      exactly: list.optional(),
      atLeast: list.min(1).optional(),
      noneOf: z.array(call()).min(1).optional(),
    })
    .refine(hasKey, orSay("must say exactly, atLeast or noneOf"));
  return z.union([list, parts]);
}

function amount() {
  const number = z.number().min(0);
  const bounds = z
    .strictObject({ min: number.optional(), max: number.optional() })
    .refine(hasKey, orSay("must say min or max"));
  return z.union([number, bounds]);
}

/** An unknown key says more than that a known one is missing. */
function orSay(error: string): { error: string; when: (payload: z.core.ParsePayload) => boolean } {
  return { error, when: ({ issues }) => issues.length === 0 };
}

function hasKey(map: object): boolean {
  return Object.keys(map).length > 0;
}

function expectation() {
  const error = z
    .strictObject({ code: z.string().min(1).optional(), message: text().optional() })
    .refine(hasKey, orSay("must say code or message"));
  return z
    .strictObject({
      status: z.int().min(0).max(255).optional(),
      result: value().optional(),
      output: text().optional(),
      stderr: text().optional(),
      error: error.optional(),
      calls: calls().optional(),
      usage: z
        .strictObject({
          calls: amount().optional(),
          llmCalls: amount().optional(),
          toolCalls: amount().optional(),
          tokens: amount().optional(),
          usd: amount().optional(),
        })
        .refine(hasKey, orSay("must say what of it is expected"))
        .optional(),
    })
    .refine(hasKey, orSay("must say what is expected, such as { status: 0 }"));
}

/** The schema of a case's file. */
export function caseSchema({ engines }: { readonly engines: readonly string[] }) {
  const text = z.string().min(1).optional();
  const seed = z.int().min(0).max(MAX_SEED).optional();
  const time = z
    .string()
    .refine((written) => toInstant(written) !== undefined, { error: "must be a time such as 2026-01-01T00:00:00Z" });
  const mock = z.union([z.string().min(1), z.array(value()), z.looseObject({})]).optional();
  return z.strictObject({
    description: z.string().optional().describe("What the case is about"),
    engine: z
      .enum(engines as [string, ...string[]])
      .optional()
      .describe("Only this engine; unless told every language that the spell has"),
    parameters: z.record(z.string(), value()).optional().describe("The spell's parameters"),
    input: z.string().optional().describe("The text of standard input"),
    profile: text.describe("A profile's name, or its path beside the case; unless told the one of a run"),
    model: text.describe("The model that recording it again asks"),
    seed: seed.describe("The seed of random numbers; 1 unless told"),
    time: time.optional().describe("When the run begins; 2026-01-01T00:00:00Z unless told"),
    mock: mock.describe("A script of the mock model, or the path of one beside the case"),
    recording: text.describe("The record of a real run beside the case, to be replayed"),
    expect: expectation().optional().describe("What must be so; what is not named is not looked at"),
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
export type WrittenCase = z.output<ReturnType<typeof caseSchema>>;
