import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import type { FinishReason } from "../../contract/provider.ts";
import { Float, isValueMap, type Value, type ValueMap } from "../../contract/value.ts";

/** What can be made to go wrong. */
export const FAULTS = [
  "rate-limit",
  "server",
  "authentication",
  "request",
  "answer",
  "network",
  "stall",
  "disconnect",
] as const;

/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** One reply of a script, checked. */
export interface Reply {
  /** Whether it answers a text; absent: it is next in order. */
  readonly matches?: (text: string) => boolean;
  /** How often it may be used. */
  readonly times: number;
  readonly delayMs: number;
  /** Between two chunks. */
  readonly pauseMs: number;
  readonly text: string;
  /** The pieces of `text` as they are streamed; absent: words. */
  readonly chunks?: readonly string[];
  readonly thinking: string;
  readonly tools: readonly { readonly name: string; readonly arguments?: ValueMap }[];
  readonly fault?: Fault;
  readonly retryAfterMs?: number;
  readonly finishReason?: FinishReason;
}

/** A script of the mock, checked. */
export interface Script {
  readonly replies: readonly Reply[];
  /** What happens when no reply is left: the rules answer, or the call fails. */
  readonly otherwise: "rules" | "error";
}

const SCRIPT_KEYS = ["replies", "otherwise"] as const;
const REPLY_KEYS = [
  "match",
  "times",
  "delay",
  "pause",
  "text",
  "chunks",
  "thinking",
  "tool",
  "tools",
  "fault",
  "retryAfter",
  "finishReason",
] as const;
const TOOL_KEYS = ["name", "arguments"] as const;
const FINISH_REASONS: readonly FinishReason[] = ["stop", "length", "tool-calls", "refusal", "other"];

/** Checks a script as it comes from YAML: a map with `replies`, or the list of replies itself. Throws `provider.script`. */
export function parseScript(script: Value): Script {
  if (Array.isArray(script)) return { replies: parseReplies(script), otherwise: "rules" };
  if (!isValueMap(script)) throw wrong("The mock's script", "must be a map with the key replies, or a list of replies");
  checkKeys(script, SCRIPT_KEYS, "The mock's script");
  const otherwise = oneOf(script["otherwise"] ?? "rules", ["rules", "error"] as const, "otherwise");
  return { replies: parseReplies(script["replies"] ?? []), otherwise };
}

function parseReplies(replies: Value): Reply[] {
  if (!Array.isArray(replies)) throw wrong("replies", "must be a list");
  return (replies as readonly Value[]).map((reply, index) => parseReply(reply, `Reply ${index + 1}`));
}

function parseReply(reply: Value, place: string): Reply {
  if (typeof reply === "string") return { ...EMPTY, times: 1, text: reply };
  if (!isValueMap(reply)) throw wrong(place, "must be a map or a text");
  checkKeys(reply, REPLY_KEYS, place);
  const { match, times, delay, pause, text, chunks, thinking, tool, tools, fault, retryAfter, finishReason } = reply;
  const pieces = chunks === undefined ? undefined : textsOf(chunks, `${place}: chunks`);
  if (text !== undefined && pieces !== undefined) throw wrong(place, "has both text and chunks");
  return {
    ...(match !== undefined && { matches: matcher(match, `${place}: match`) }),
    times: times === undefined ? (match === undefined ? 1 : Infinity) : countOf(times, `${place}: times`),
    delayMs: durationOf(delay, `${place}: delay`),
    pauseMs: durationOf(pause, `${place}: pause`),
    text: pieces?.join("") ?? textOf(text ?? "", `${place}: text`),
    ...(pieces && { chunks: pieces }),
    thinking: textOf(thinking ?? "", `${place}: thinking`),
    tools: toolsOf([tool, tools].flat() as readonly (Value | undefined)[], place),
    ...(fault !== undefined && { fault: oneOf(fault, FAULTS, `${place}: fault`) }),
    ...(retryAfter !== undefined && { retryAfterMs: durationOf(retryAfter, `${place}: retryAfter`) }),
    ...(finishReason !== undefined && { finishReason: oneOf(finishReason, FINISH_REASONS, `${place}: finishReason`) }),
  };
}

const EMPTY = { delayMs: 0, pauseMs: 0, text: "", thinking: "", tools: [] } as const;

function toolsOf(given: readonly (Value | undefined)[], place: string): Reply["tools"] {
  return given
    .filter((tool) => tool !== undefined)
    .map((tool) => {
      if (typeof tool === "string") return { name: tool };
      if (!isValueMap(tool)) throw wrong(`${place}: tool`, "must be a name, or a map with name and arguments");
      checkKeys(tool, TOOL_KEYS, `${place}: tool`);
      const { name, arguments: given } = tool;
      if (typeof name !== "string") throw wrong(`${place}: tool`, "needs a name");
      if (given === undefined) return { name };
      if (!isValueMap(given)) throw wrong(`${place}: arguments`, "must be a map");
      return { name, arguments: given };
    });
}

function checkKeys(map: ValueMap, known: readonly string[], place: string): void {
  for (const key of Object.keys(map)) {
    if (known.includes(key)) continue;
    const offered = nearest(key, known);
    const offer = offered === undefined ? `the keys are ${known.join(", ")}` : `did you mean "${offered}"?`;
    throw wrong(place, `has the unknown key "${key.slice(0, 60)}" (${offer})`);
  }
}

/** A substring in any case, or a regular expression between slashes. */
function matcher(match: Value, place: string): (text: string) => boolean {
  const source = textOf(match, place);
  const expression = /^\/([\s\S]*)\/([a-z]*)$/.exec(source);
  if (expression === null) {
    const lower = source.toLowerCase();
    return (text) => text.toLowerCase().includes(lower);
  }
  try {
    const pattern = new RegExp(expression[1] ?? "", (expression[2] ?? "").replace(/[gy]/g, ""));
    return (text) => pattern.test(text);
  } catch {
    throw wrong(place, `"${source.slice(0, 80)}" is not a regular expression`);
  }
}

const UNITS: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1000, m: 60_000 };

/** Milliseconds from a number of them or a text such as `200ms`, `1.5s`, `2m`. */
function durationOf(value: Value | undefined, place: string): number {
  if (value === undefined) return 0;
  const text = value instanceof Float ? String(value.value) : String(value);
  const parts = /^(\d+(?:\.\d+)?)\s*(ms|s|m|)$/.exec(text);
  if (parts === null) throw wrong(place, `"${text.slice(0, 40)}" is not a duration such as 200ms or 2s`);
  return Number(parts[1]) * (UNITS[parts[2] ?? ""] ?? 1);
}

function textOf(value: Value, place: string): string {
  if (typeof value === "string") return value;
  // YAML reads `text: 42` as a number.
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw wrong(place, "must be a text");
}

function textsOf(value: Value, place: string): string[] {
  if (!Array.isArray(value)) throw wrong(place, "must be a list of texts");
  return (value as readonly Value[]).map((item) => textOf(item, place));
}

function countOf(value: Value, place: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1) return value;
  throw wrong(place, "must be a whole number of at least 1");
}

function oneOf<const T extends string>(value: Value, known: readonly T[], place: string): T {
  const found = known.find((item) => item === value);
  if (found !== undefined) return found;
  const offered = typeof value === "string" ? nearest(value, known) : undefined;
  throw wrong(
    place,
    offered === undefined
      ? `must be one of ${known.join(", ")}`
      : `"${String(value)}" is unknown (did you mean "${offered}"?)`,
  );
}

function wrong(place: string, what: string): SpellError {
  return new SpellError("provider.script", `${place} ${what}`);
}
