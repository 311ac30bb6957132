/**
 * The schema library, for everything that the project declares: bridge tables, grants, profiles, manifests.
 * zod is imported here and nowhere else, so that it can be exchanged and no child process loads it.
 */
import { z } from "zod";
import {
  BYTES_PATTERN,
  COUNT_PATTERN,
  DURATION_PATTERN,
  parseBytes,
  parseCount,
  parseDuration,
  type Quantity,
} from "./quantity.ts";
import { Float, FunctionHandle, ResourceHandle, Time, type Value } from "./value.ts";

export { z };

/** A float64 or an int64 that fits a number; Lua's `1.0` arrives as `1`. Use it instead of `z.number()`. */
export function number(check: z.ZodNumber = z.number()) {
  return z.preprocess((value) => (value instanceof Float ? value.value : value), check);
}

/** A whole number of at least `least`, 0 unless told, and at most `most`, 2^53 - 1 unless told. */
export function integer(least = 0, most = Number.MAX_SAFE_INTEGER) {
  return number(z.int().min(least).max(most));
}

/** Any value that may cross, as it is: floats stay apart from integers. */
export function value() {
  return z.custom<Value>((candidate) => candidate !== undefined).meta({ description: "any value" });
}

/** Bytes, or text that stands for its UTF-8. */
export function bytes() {
  return z.union([z.instanceof(Uint8Array), z.string()]).meta({ description: "bytes or text" });
}

/** A function of the script. */
export function callback() {
  return z.instanceof(FunctionHandle).meta({ description: "a function" });
}

/** An instant. */
export function time() {
  return z.instanceof(Time).meta({ description: "a time" });
}

/** A handle of the kind that the same bridge declares. */
export function handle(kind: string) {
  return z.instanceof(ResourceHandle).meta({ description: `a ${kind} handle` });
}

/** Makes a schema when it is first needed, and once: what a run does not use costs it nothing. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** What a schema's kind is called where zod has no such kind: in documentation, and for {@link kindOf}. */
const KIND = "x-kind";

/** `path`, `program`, `size`, `duration`, `count`; undefined for a schema of zod's own. */
export function kindOf(schema: z.ZodType): string | undefined {
  const kind = schema.meta()?.[KIND];
  return typeof kind === "string" ? kind : undefined;
}

/** A path in a profile: a relative one begins in the folder of the file that writes it, `~/` in the person's own. */
export function path() {
  return z
    .string()
    .min(1)
    .meta({ [KIND]: "path" });
}

/** A program in a profile: a name, or a path as {@link path} has them, which holds a slash. */
export function program() {
  return z
    .string()
    .min(1)
    .meta({ [KIND]: "program" });
}

const MANY = Number.MAX_SAFE_INTEGER;

/** A size in a profile, such as `10MiB`; bytes. */
export function size(least = 1) {
  return quantity("size", parseBytes, [least, MANY], numberForms(BYTES_PATTERN, least));
}

/** A count in a profile, such as `200k`. */
export function count(least = 1) {
  return quantity("count", parseCount, [least, MANY], numberForms(COUNT_PATTERN, least));
}

/** Timers take 31 bits of milliseconds; a longer one would fire at once. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/** A duration in a profile, such as `90s`; milliseconds. */
export function duration() {
  return quantity("duration", parseDuration, [1, MAX_MILLISECONDS], [{ type: "string", pattern: DURATION_PATTERN }]);
}

function numberForms(pattern: string, minimum: number): readonly object[] {
  return [
    { type: "string", pattern },
    { type: "integer", minimum },
  ];
}

/** A number with a unit; `forms` are what the JSON Schema says of it. */
function quantity(
  kind: string,
  parse: (input: unknown) => Quantity,
  [least, most]: readonly [number, number],
  forms: readonly object[],
) {
  return z
    .unknown()
    .transform((input, context): number => {
      const parsed = parse(input);
      const reason = "reason" in parsed ? parsed.reason : outside(parsed.value, least, most);
      if (reason === undefined && "value" in parsed) return parsed.value;
      context.issues.push({ code: "custom", message: reason ?? "", input });
      return z.NEVER;
    })
    .meta({ [KIND]: kind, anyOf: forms });
}

function outside(value: number, least: number, most: number): string | undefined {
  if (value < least) return "must be more than 0";
  return value > most ? "must be at most 24 days" : undefined;
}
