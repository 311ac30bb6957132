import { SpellError, type Failure } from "../../contract/errors.ts";
import type { CallMessage } from "../../contract/message.ts";
import { engineMessageToJson } from "../../contract/message-json.ts";
import { holdsRedaction } from "../../contract/redaction.ts";
import type { Value } from "../../contract/value.ts";
import { isValueMap } from "../../contract/value.ts";
import { encodeValue } from "../../contract/wire.ts";
import type { Sent } from "./recorded-run.ts";

/**
 * Whether the script said the same again. Where the record has a secret's marker the rest is believed: the secret may
 * not be known any more.
 */
export function isSameMessage(recorded: Sent, now: Sent): boolean {
  if (recorded.type !== now.type) return false;
  if (recorded.type === "failure" && now.type === "failure") return isSameFailure(recorded.failure, now.failure);
  const [first, second] = [textOf(recorded), textOf(now)];
  return first === second || holdsRedaction(first);
}

function isSameFailure(first: Failure, second: Failure): boolean {
  if (first.code !== second.code) return false;
  return first.message === second.message || holdsRedaction(first.message);
}

/**
 * Without the position, which is only there where somebody asked for it, the time at which it was heard, and the fuel: an
 * engine of another build may take other steps to say the same.
 */
function textOf(message: Sent): string {
  const { position: _position, time: _time, fuel: _fuel, ...json } = engineMessageToJson(message);
  return JSON.stringify(json);
}

/** The error of a script that does something else than what was recorded. */
export function divergence(recorded: Sent | undefined, now: Sent | undefined): SpellError {
  const number = numberOf(now) ?? numberOf(recorded);
  const where = number === undefined ? "" : ` at call ${number}`;
  const message = `The run diverges from its record${where}: recorded was ${describe(recorded)}, now it is ${describe(now)}`;
  return new SpellError("journal.diverged", message, {
    details: { call: number ?? null, recorded: describe(recorded), now: describe(now) },
  });
}

function numberOf(message: Sent | undefined): number | undefined {
  return message?.type === "call" ? message.id : undefined;
}

/** `llm.complete("Name a bird")`, for people. */
export function describe(message: Sent | undefined): string {
  switch (message?.type) {
    case undefined:
      return "nothing more";
    case "call":
      return describeCall(message);
    case "cancel":
      return `giving up call ${message.id}`;
    case "returned":
      return `the end of callback ${message.id}`;
    case "result":
      return `the result ${cut(JSON.stringify(encodeValue(message.value)))}`;
    case "failure":
      return `the failure ${message.failure.code}: ${cut(message.failure.message)}`;
  }
}

/** A call with its arguments, cut to what fits a line. */
export function describeCall({ module, function: name, args }: CallMessage): string {
  return `${module}.${name}(${cut(args.map((argument) => JSON.stringify(plain(argument))).join(", "))})`;
}

/** Bytes as their number: their base64 tells nobody anything. */
function plain(value: Value): unknown {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return (value as readonly Value[]).map(plain);
  if (isValueMap(value)) return Object.fromEntries(Object.keys(value).map((key) => [key, plain(value[key] ?? null)]));
  return typeof value === "bigint" ? String(value) : value;
}

const MAX_SHOWN = 160;

function cut(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}
