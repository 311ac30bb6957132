import { Float, isValueMap, type Value } from "../../contract/value.ts";
import { encodeValue } from "../../contract/wire.ts";
import { plainAnswer, textSimilarity } from "./similarity.ts";
import { byMajority, bySimilarity, type Ballot } from "./tally.ts";

/** How one field was agreed on. */
export interface FieldVote {
  /** `address.city`; empty for the whole. */
  readonly path: string;
  readonly value: Value;
  readonly agreement: number;
  readonly values: readonly { readonly value: Value; readonly models: readonly string[] }[];
}

/** What was agreed on, field by field. */
export interface Merged {
  readonly value: Value;
  readonly fields: readonly FieldVote[];
}

/** Longer texts are compared by what they say alike, where no two are the same. */
const SHORT_TEXT = 40;

/**
 * Agrees on an object field by field. A key is in it where most have it; texts are those of most, spaces and case
 * aside, or the one most like the others; numbers those of most, or the median; lists are taken as a whole.
 */
export function mergeFields(ballots: readonly Ballot<Value>[], path = ""): Merged {
  const maps = ballots.flatMap(({ content, ...rest }) => (isValueMap(content) ? [{ ...rest, content }] : []));
  const [weight, total] = [weightOf(maps), weightOf(ballots)];
  if (weight * 2 <= total || maps.length === 0) return mergeLeaf(ballots, path);
  const keys = [...new Set(maps.flatMap(({ content }) => Object.keys(content)))];
  const value: Record<string, Value> = Object.create(null);
  const fields: FieldVote[] = [];
  for (const key of keys) {
    const having = maps.filter(({ content }) => Object.hasOwn(content, key));
    if (weightOf(having) * 2 <= weight) continue;
    const inner = having.map(({ content, ...rest }) => ({ ...rest, content: content[key] ?? null }));
    const merged = mergeFields(inner, path === "" ? key : `${path}.${key}`);
    value[key] = merged.value;
    fields.push(...merged.fields);
  }
  return { value, fields };
}

function mergeLeaf(ballots: readonly Ballot<Value>[], path: string): Merged {
  const tally = byMajority(ballots, keyOf);
  const [first] = ballots;
  if (tally === undefined || first === undefined) return { value: null, fields: [] };
  const camps = new Map<string, { value: Value; models: string[] }>();
  for (const { content, model } of ballots) {
    const key = keyOf(content);
    const camp = camps.get(key) ?? { value: content, models: [] };
    camp.models.push(model);
    camps.set(key, camp);
  }
  const value = tally.agreement > 0.5 ? tally.winner.content : settle(ballots, tally.winner.content);
  const agreement = weightOf(ballots.filter(({ content }) => keyOf(content) === keyOf(value))) / weightOf(ballots);
  return { value, fields: [{ path, value, agreement, values: [...camps.values()] }] };
}

/** What is taken where no value has more than half. */
function settle(ballots: readonly Ballot<Value>[], most: Value): Value {
  const numbers = ballots.flatMap(({ content }) => (isNumber(content) ? [content] : []));
  if (numbers.length === ballots.length) return median(numbers) ?? most;
  const texts = ballots.map(({ content }) => (typeof content === "string" ? content : ""));
  const isLong =
    ballots.every(({ content }) => typeof content === "string") && texts.some((text) => text.length > SHORT_TEXT);
  if (!isLong) return most;
  const similarity = (a: number, b: number) => textSimilarity(texts[a] ?? "", texts[b] ?? "");
  return bySimilarity(ballots, similarity)?.winner.content ?? most;
}

function isNumber(value: Value): value is number | Float {
  return typeof value === "number" || value instanceof Float;
}

/** One of the numbers: the lower of the two in the middle. */
function median(numbers: readonly (number | Float)[]): Value | undefined {
  const sorted = numbers.toSorted((a, b) => amount(a) - amount(b));
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function amount(value: number | Float): number {
  return value instanceof Float ? value.value : value;
}

function keyOf(value: Value): string {
  return typeof value === "string" ? `"${plainAnswer(value)}` : JSON.stringify(sortedKeys(value));
}

/** Two maps with the same keys in another order are the same. */
function sortedKeys(value: Value): unknown {
  if (Array.isArray(value)) return value.map((item) => sortedKeys(item as Value));
  if (value instanceof Float) return value.value;
  if (!isValueMap(value)) return encodeValue(value);
  return Object.keys(value)
    .toSorted()
    .map((key) => [key, sortedKeys(value[key] ?? null)]);
}

function weightOf(ballots: readonly { readonly weight: number }[]): number {
  return ballots.reduce((sum, { weight }) => sum + weight, 0);
}
