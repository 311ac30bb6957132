import { SpellError } from "../contract/errors.ts";
import type { LimitName } from "../contract/limits.ts";
import { isValueMap, type Value } from "../contract/value.ts";
import { callName, type GateCall, type Link } from "./call.ts";

/** How large the arguments and the answer of one call may be. */
export const limitSizes: Link = async (call, next) => {
  check(call, call.args, "arguments");
  const answer = await next(call);
  check(call, answer, "answer");
  return answer;
};

function check(call: GateCall, value: Value, limit: "arguments" | "answer"): void {
  requireSize(value, call.limits[limit], limit, callName(call));
}

/** Throws the limit's error when `value` is larger than `limit` bytes. */
export function requireSize(
  value: Value,
  limit: number,
  name: Extract<LimitName, "arguments" | "answer" | "result" | "parameters">,
  subject: string,
): void {
  const size = sizeOf(value, limit);
  if (size <= limit) return;
  const verb = name.endsWith("s") ? "are" : "is";
  throw new SpellError(`limit.${name}`, `${subject}: its ${name} ${verb} over limits.${name} = ${limit} bytes`, {
    details: { limit: name, value: limit },
  });
}

/** About the bytes that a value takes in a frame. Stops counting once it is over `enough`. */
export function sizeOf(value: Value, enough: number): number {
  if (typeof value === "string") return bytesIn(value, enough) + 2;
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let size = 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      size += sizeOf(item, enough) + 1;
      if (size > enough) return size;
    }
  } else if (isValueMap(value)) {
    for (const key of Object.keys(value)) {
      size += bytesIn(key, enough) + 4 + sizeOf(value[key] ?? null, enough);
      if (size > enough) return size;
    }
  } else size += "message" in value ? value.message.length + sizeOf(value.details, enough) : 32;
  return size;
}

/** Of a text, in UTF-8; not counted where it is too long whatever its letters. */
function bytesIn(text: string, enough: number): number {
  return text.length > enough ? text.length : Buffer.byteLength(text);
}
