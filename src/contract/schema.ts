/**
 * The schema library, for everything that the project declares: bridge tables, grants, profiles, manifests.
 * valibot is imported here and nowhere else, so that it can be exchanged and no child process loads it. Its
 * schemas are plain data and cost microseconds to make, which a start pays for each that a run needs.
 */
import * as v from "valibot";
import {
  BYTES_PATTERN,
  COUNT_PATTERN,
  DURATION_PATTERN,
  parseBytes,
  parseCount,
  parseDuration,
  type Quantity,
} from "./quantity.ts";
import { Float, FunctionHandle, isValueMap, ResourceHandle, Time, type Value, type ValueMap } from "./value.ts";

export { v };

/** Any schema whose values, once parsed, are an `Output`. */
export type Schema<Output = unknown> = v.GenericSchema<unknown, Output>;

/** What a schema's values are once they are parsed. */
export type Parsed<S extends Schema> = v.InferOutput<S>;

/** A map with known keys. */
export type MapSchema = Schema<Readonly<Record<string, unknown>>> & {
  readonly entries: Readonly<Record<string, Schema>>;
};

/** What runs a schema, in valibot's own form. */
type Run<S> = (this: S, dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => Dataset;
type Dataset = v.OutputDataset<unknown, v.BaseIssue<unknown>>;

/** The same schema, run otherwise. */
function runAs<S extends { "~run": unknown }>(schema: S, run: Run<S>): S {
  return { ...schema, "~run": run };
}

/** Notes what is wrong, as valibot's own schemas do, whose types know only themselves: the one place that goes around them. */
const note = v._addIssue as unknown as (
  schema: object,
  label: "type" | "key" | "value",
  dataset: object,
  config: v.Config<v.BaseIssue<unknown>>,
  more?: { input?: unknown; expected?: string; message?: string; path?: readonly object[] },
) => void;

/** Notes that a value is not of the schema's kind. */
function wrongType(schema: object, dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>): Dataset {
  note(schema, "type", dataset, config);
  return dataset as object as Dataset;
}

/** A map with known keys and no others. Unlike valibot's, it takes no list and no object of a class, and notes every key. */
export function shape<const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, undefined> {
  return runAs(v.strictObject(entries), runObject) as v.StrictObjectSchema<E, undefined>;
}

const known = v.object({});

function runObject(
  this: v.StrictObjectSchema<v.ObjectEntries, undefined>,
  dataset: v.UnknownDataset,
  config: v.Config<v.BaseIssue<unknown>>,
): Dataset {
  const input = dataset.value;
  if (!isValueMap(input)) return wrongType(this, dataset, config);
  const checked = (known["~run"] as unknown as Run<typeof this>).call(this, dataset, config);
  for (const key of Object.keys(input)) {
    if (Object.hasOwn(this.entries, key)) continue;
    const path = [{ type: "object", origin: "key", input, key, value: input[key] }];
    note(this, "key", checked, config, { input: key, expected: "never", path });
  }
  return checked;
}

/** A map whose keys are data: any keys, where valibot's own would leave `constructor` out without a word. */
export function record<S extends Schema>(value: S, key: Schema<string> = v.string()) {
  return runAs(v.record(key as v.GenericSchema<string, string>, value), runRecord);
}

function runRecord(
  this: Pick<v.RecordSchema<v.GenericSchema<string, string>, Schema, undefined>, "key" | "value">,
  dataset: v.UnknownDataset,
  config: v.Config<v.BaseIssue<unknown>>,
): Dataset {
  const input = dataset.value;
  if (!isValueMap(input)) return wrongType(this, dataset, config);
  const output: Record<string, unknown> = Object.create(null);
  const issues: v.BaseIssue<unknown>[] = [];
  let typed = true;
  for (const name of Object.keys(input)) {
    const part = (origin: "key" | "value", schema: Schema, given: unknown) => {
      const checked = schema["~run"]({ value: given }, config);
      if (!checked.typed) typed = false;
      for (const issue of checked.issues ?? []) {
        const item = { type: "object", origin, input, key: name, value: input[name] } as v.ObjectPathItem;
        issues.push({ ...issue, path: [item, ...(issue.path ?? [])] });
      }
      return checked.value;
    };
    part("key", this.key as Schema, name);
    output[name] = part("value", this.value, input[name]);
  }
  return Object.assign(dataset, { typed, value: output }, issues.length > 0 && { issues }) as unknown as Dataset;
}

/** One of some texts. */
export function oneOf<const T extends readonly string[]>(values: T): v.PicklistSchema<T, undefined> {
  return Object.assign(v.picklist(values), { requirement: values });
}

/** One value. */
export function literal<const T extends string | number | boolean>(value: T): v.LiteralSchema<T, undefined> {
  return Object.assign(v.literal(value), { requirement: [value] });
}

/** Finite, a float64 or an int64 that fits a number; Lua's `1.0` arrives as `1`. */
const finite = runAs(v.number(), function run(dataset, config) {
  const given = dataset.value instanceof Float ? dataset.value.value : dataset.value;
  if (typeof given !== "number" || !Number.isFinite(given)) return wrongType(this, dataset, config);
  return Object.assign(dataset, { typed: true as const, value: given });
});

/** A number of at least `least` and at most `most`. */
export function number(least?: number, most?: number): Schema<number> {
  const bounds = [
    ...(least === undefined ? [] : [v.minValue<number, number>(least)]),
    ...(most === undefined ? [] : [v.maxValue<number, number>(most)]),
  ];
  return v.pipe(finite, ...bounds);
}

/** A number of more than `low`, and less than `high`. */
export function numberBetween(low: number, high?: number): Schema<number> {
  const above = v.gtValue<number, number>(low);
  return high === undefined ? v.pipe(finite, above) : v.pipe(finite, above, v.ltValue<number, number>(high));
}

/** A whole number of at least `least`, 0 unless told, and at most `most`, 2^53 - 1 unless told. */
export function integer(least = 0, most = Number.MAX_SAFE_INTEGER): Schema<number> {
  return v.pipe(finite, v.safeInteger(), v.minValue(least), v.maxValue(most));
}

/** Any value that may cross, as it is: floats stay apart from integers. */
export function value() {
  return of<Value>("any value", (given) => given !== undefined);
}

/** A map of a script's, with any keys. */
export function map(description: string) {
  return v.pipe(of<ValueMap>("map", isValueMap), v.description(description));
}

/** Bytes. */
export function binary() {
  return of<Uint8Array>("bytes", (given) => given instanceof Uint8Array);
}

/** Bytes, or text that stands for its UTF-8. */
export function bytes() {
  return of<Uint8Array | string>("bytes or text", (given) => typeof given === "string" || given instanceof Uint8Array);
}

/** A function of the script. */
export function callback() {
  return of<FunctionHandle>("function", (given) => given instanceof FunctionHandle);
}

/** An instant. */
export function time() {
  return of<Time>("time", (given) => given instanceof Time);
}

/** A handle of the kind that the same bridge declares. */
export function handle(kind: string) {
  return of<ResourceHandle>(`${kind} handle`, (given) => given instanceof ResourceHandle);
}

/** A value that valibot has no schema for. */
function of<T>(kind: string, check: (given: unknown) => boolean) {
  return v.pipe(Object.assign(v.custom<T>(check), { expects: kind }), v.metadata({ [KIND]: kind }));
}

/** Makes a schema when it is first needed, and once: what a run does not use costs it nothing. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** What a schema's kind is called where valibot has no such kind: in documentation, and for {@link kindOf}. */
const KIND = "x-kind";

/** `path`, `program`, `size`, `any value`, `function` and so on; undefined for a schema of valibot's own. */
export function kindOf(schema: Schema): string | undefined {
  const kind = v.getMetadata(schema)[KIND];
  return typeof kind === "string" ? kind : undefined;
}

/** A path in a profile: a relative one begins in the folder of the file that writes it, `~/` in the person's own. */
export function path() {
  return v.pipe(v.string(), v.minLength(1), v.metadata({ [KIND]: "path" }));
}

/** A program in a profile: a name, or a path as {@link path} has them, which holds a slash. */
export function program() {
  return v.pipe(v.string(), v.minLength(1), v.metadata({ [KIND]: "program" }));
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
): Schema<number> {
  // No transformation of valibot's: JSON Schemas end at one, and what is said behind it (its description) with them.
  const schema = runAs(v.unknown(), function run(dataset, config) {
    const parsed = parse(dataset.value);
    const reason = "reason" in parsed ? parsed.reason : outside(parsed.value, least, most);
    if (reason === undefined && "value" in parsed)
      return Object.assign(dataset, { typed: true as const, value: parsed.value });
    note(this, "value", dataset, config, { message: reason ?? "" });
    return dataset as object as Dataset;
  });
  return v.pipe(schema, v.metadata({ [KIND]: kind, anyOf: forms })) as unknown as Schema<number>;
}

function outside(value: number, least: number, most: number): string | undefined {
  if (value < least) return "must be more than 0";
  return value > most ? "must be at most 24 days" : undefined;
}
