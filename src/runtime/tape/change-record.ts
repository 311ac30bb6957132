import { SpellError } from "../../contract/errors.ts";
import { isValueMap, type Value, type ValueMap } from "../../contract/value.ts";
import { decodeValue } from "../../contract/wire.ts";
import { overrideLimits } from "../../profile/index.ts";
import { withSurface } from "./recorded-spell.ts";
import { cutBefore, type Delivery, type RecordedRun } from "./recorded-run.ts";

/** How a fork differs from the run that it begins as. */
export interface RecordChanges {
  /** The call from which on it is done anew. */
  readonly at: number;
  /** `parameters.city=Rome`, `answer.text=No`, `limits.wallTime=5m`, `budget.usd=1`. */
  readonly set: readonly string[];
  readonly model: string | undefined;
}

/** The beginning of a run with changes, to go on from live. Throws `usage` for what cannot be changed. */
export function changeRecord(record: RecordedRun, { at, set, model }: RecordChanges): RecordedRun {
  let changed = cutBefore(record, at);
  if (model !== undefined) changed = withStart(changed, { invocation: { ...changed.start.invocation, model } });
  let answer = record.deliveries.find((entry) => entry.type === "return" && entry.id === at);
  let isAnswered = false;
  for (const text of set) {
    const { root, path, value } = readSetting(text);
    if (root === "parameters") changed = withParameter(changed, path, value);
    else if (root === "answer") {
      answer = withAnswer(answer, path, value);
      isAnswered = true;
    } else changed = withLimit(changed, root, path, value);
  }
  if (!isAnswered || answer === undefined) return changed;
  return { ...changed, deliveries: [...changed.deliveries, answer], order: [...changed.order, answer] };
}

const ROOTS = ["parameters", "answer", "limits", "budget"] as const;

interface Setting {
  readonly root: (typeof ROOTS)[number];
  readonly path: readonly string[];
  readonly value: string;
}

function readSetting(text: string): Setting {
  const equals = text.indexOf("=");
  const [first = "", ...path] = text.slice(0, Math.max(0, equals)).split(".");
  const root = ROOTS.find((name) => name === first);
  const isWhole = root === "answer" ? true : path.length > 0;
  if (equals > 0 && root !== undefined && isWhole) return { root, path, value: text.slice(equals + 1) };
  throw new SpellError("usage", `--set takes path=value, not "${text}"`, {
    fix: "The path is parameters.NAME, answer or a part of it, limits.NAME or budget.NAME",
  });
}

function withStart(record: RecordedRun, start: Partial<RecordedRun["start"]>): RecordedRun {
  return { ...record, start: { ...record.start, ...start } };
}

function withParameter(record: RecordedRun, path: readonly string[], text: string): RecordedRun {
  const { message } = record.start;
  const parameters = replaced(message.parameters, path, text);
  return { ...record, start: withSurface({ ...record.start, message: { ...message, parameters } }) };
}

function withAnswer(answer: Delivery | undefined, path: readonly string[], text: string): Delivery | undefined {
  if (answer?.type !== "return") return answer;
  const { error: _error, ...rest } = answer;
  return { ...rest, value: replaced(answer.value ?? null, path, text) };
}

function withLimit(
  record: RecordedRun,
  root: "limits" | "budget",
  path: readonly string[],
  value: string,
): RecordedRun {
  const { profile } = record.start;
  const own = [`${path.join(".")}=${value}`];
  const changed = overrideLimits(
    profile,
    root === "limits" ? { limits: own, budget: [] } : { limits: [], budget: own },
  );
  return withStart(record, { profile: changed });
}

/** A value with one place in it changed. A text stays one; anything else is read as JSON where it is. */
function replaced(value: Value, path: readonly string[], text: string): Value {
  const [key, ...rest] = path;
  if (key === undefined) return typeof value === "string" ? text : readValue(text);
  if (Array.isArray(value)) {
    const index = Number(key);
    if (!Number.isInteger(index) || index < 0 || index >= value.length) throw noPlace(key);
    return value.map((item: Value, at) => (at === index ? replaced(item, rest, text) : item));
  }
  const map: ValueMap = isValueMap(value) ? value : {};
  if (rest.length > 0 && !Object.hasOwn(map, key)) throw noPlace(key);
  const before = Object.hasOwn(map, key) ? (map[key] ?? null) : null;
  return Object.assign(Object.create(null), map, { [key]: replaced(before, rest, text) }) as ValueMap;
}

function readValue(text: string): Value {
  try {
    return decodeValue(JSON.parse(text));
  } catch {
    return text;
  }
}

function noPlace(key: string): SpellError {
  return new SpellError("usage", `--set: there is no "${key}" at that place`);
}
