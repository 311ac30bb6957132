import { integer, number, numberBetween, shape, once, oneOf, type Parsed, v } from "../../contract/schema.ts";
import { generateOptions } from "../llm/schemas.ts";

/** The ways in which several models are one. */
export const STRATEGIES = [
  "fallback",
  "fastest",
  "round_robin",
  "least_used",
  "weighted",
  "by_cost",
  "by_latency",
  "consensus",
] as const;

/** A strategy's name. */
export type Strategy = (typeof STRATEGIES)[number];

const positive = () => v.pipe(numberBetween(0), v.maxValue(1e6));
const share = () => number(0, 1);

/** What makes several models one: the options besides those of a question. */
export const groupShape = once(() => ({
  models: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
      v.minLength(1),
      v.maxLength(16),
      v.description("The models, as `provider/model` or a provider; their order matters to `fallback`"),
    ),
  ),
  strategy: v.optional(
    v.pipe(
      oneOf(STRATEGIES),
      v.description(
        "`fallback` (unless told): the first, or the next where it fails. `fastest`: all at once; the first good answer counts and the others are cancelled. `round_robin`, `weighted`: in turn. `least_used`, `by_cost`, `by_latency`: the least first. `consensus`: all are asked, and what most say counts. All but `fastest` and `consensus` go on to the next where one fails",
      ),
    ),
  ),
  weights: v.optional(
    v.pipe(
      v.array(positive()),
      v.maxLength(16),
      v.description("One for each model, in their order; 1 unless told. For `weighted`, and for votes"),
    ),
  ),
  by: v.optional(
    v.pipe(
      oneOf(["majority", "similarity", "judge"]),
      v.description(
        "How a consensus is found: `majority` (unless told): the same answer, spaces, case and end marks aside. `similarity`: the answer that is most like the others. `judge`: a model chooses",
      ),
    ),
  ),
  judge: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1),
      v.maxLength(200),
      v.description("The model that chooses, for `by = judge`; the run's unless told"),
    ),
  ),
  embedder: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1),
      v.maxLength(200),
      v.description(
        "The embedding model by which answers are compared, for `by = similarity`; by their words unless told",
      ),
    ),
  ),
  quorum: v.optional(
    v.pipe(integer(1, 16), v.description("So many must answer for a consensus; more than half unless told")),
  ),
  agreement: v.optional(
    v.pipe(share(), v.description("So much of the votes must agree, from 0 to 1; otherwise provider.disagreement")),
  ),
}));

/** What a group is defined by: its models, its strategy, and how they are asked. */
export const groupOptions = once(() => {
  // What a script hears while an answer arrives would be of several answers at once.
  const { model: _model, onText: _onText, onEvent: _onEvent, ...ask } = generateOptions().entries;
  return shape({ ...ask, ...groupShape() });
});

/** The same with the name of a group that was defined. */
export const askOptions = once(() =>
  shape({
    ...groupOptions().entries,
    group: v.optional(
      v.pipe(
        v.string(),
        v.minLength(1),
        v.maxLength(100),
        v.description("A group by `provider.define`; options given here come before its own"),
      ),
    ),
  }),
);

/** Parsed. */
export type GroupOptions = Parsed<ReturnType<typeof groupOptions>>;
export type AskOptions = Parsed<ReturnType<typeof askOptions>>;

/** How each model is asked: what is not about the group, without what is not given. */
export function questionOf(options: AskOptions): Record<string, unknown> {
  const own = new Set([...Object.keys(groupShape()), "group"]);
  return Object.fromEntries(Object.entries(writtenOptions(options)).filter(([key]) => !own.has(key)));
}

/** Options as a script would write them: without what was not given. */
export function writtenOptions(options: object): Record<string, unknown> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, key === "timeout" ? withUnits(value) : value]));
}

/** Durations have been parsed into milliseconds; the gate takes them as a script writes them. */
function withUnits(timeouts: unknown): unknown {
  const entries = Object.entries(timeouts as object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "number" ? `${value}ms` : value]));
}
