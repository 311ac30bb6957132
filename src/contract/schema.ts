/**
 * The schema library, for everything that the project declares: bridge tables, grants, profiles, manifests.
 * zod is imported here and nowhere else, so that it can be exchanged and no child process loads it.
 */
import { z } from "zod";
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
