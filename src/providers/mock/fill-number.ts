import { type Schema, Unsatisfiable } from "./merge-schema.ts";

/** The number nearest to zero that a schema allows, or the one `variant` steps after it. */
export function fillNumber(schema: Schema, variant: number, whole: boolean): number {
  const multiple = typeof schema["multipleOf"] === "number" ? schema["multipleOf"] : undefined;
  const step = multiple ?? 1;
  const lower = bound(schema, "minimum", "exclusiveMinimum", Math.max);
  const upper = bound(schema, "maximum", "exclusiveMaximum", Math.min);
  const allowed = (value: number): boolean =>
    (lower === undefined || (lower.exclusive ? value > lower.value : value >= lower.value)) &&
    (upper === undefined || (upper.exclusive ? value < upper.value : value <= upper.value)) &&
    (!whole || Number.isInteger(value));
  for (const value of candidates(lower?.value, upper?.value, step, variant, multiple !== undefined)) {
    if (allowed(value)) return value === 0 ? 0 : value;
  }
  throw new Unsatisfiable("a number between its bounds");
}

/** Numbers worth trying, best first: from the lower bound up, from the upper one down, from one or zero. */
function* candidates(
  lower: number | undefined,
  upper: number | undefined,
  step: number,
  variant: number,
  multiple: boolean,
): Generator<number> {
  const low = lower === undefined ? undefined : Math.ceil(lower / step);
  const high = upper === undefined ? undefined : Math.floor(upper / step);
  if (low === undefined && high === undefined) yield (variant + 1) * step;
  for (let more = 0; more < 16; more++) {
    if (low !== undefined) yield (Math.max(low, high === undefined || high >= 1 ? 1 : low) + variant + more) * step;
    if (low !== undefined) yield (low + variant + more) * step;
    if (high !== undefined) yield (Math.min(high, low === undefined ? 1 : high) - variant - more) * step;
  }
  // A range between two whole numbers.
  if (!multiple && lower !== undefined && upper !== undefined) yield lower + (upper - lower) / (variant + 2);
  if (!multiple && lower !== undefined) yield lower + 1 / (variant + 2);
  if (!multiple && upper !== undefined) yield upper - 1 / (variant + 2);
}

function bound(
  schema: Schema,
  inclusive: string,
  exclusive: string,
  stricter: (a: number, b: number) => number,
): { readonly value: number; readonly exclusive: boolean } | undefined {
  const within = schema[inclusive];
  const beyond = schema[exclusive];
  if (typeof beyond === "number" && (typeof within !== "number" || stricter(within, beyond) === beyond)) {
    return { value: beyond, exclusive: true };
  }
  return typeof within === "number" ? { value: within, exclusive: false } : undefined;
}
