// What the host is told of an error.
import { ownFrames } from "./calls.js";
import { post } from "./host.js";
import { inspect } from "./inspect.js";
import { isArray, isError, slice, stringify } from "./primordials.js";
import { encode } from "./wire.js";

/** Ends the run with an error that nothing caught. */
export function fail(error) {
  post(`["failure",${describe(error)}]`);
}

/** What an error says of itself, as JSON. Reads it with care: it may be anything, with getters that throw. */
export function describe(error) {
  const isObject = typeof error === "object" && error !== null;
  const described = isError(error);
  const message = isObject ? read(error, "message") : error;
  const parts = {
    __proto__: null,
    name: described ? asText(read(error, "name")) : "",
    class: described ? asText(read(read(error, "constructor"), "name")) : "",
    message: described
      ? withReasons(asText(message), error, 0)
      : typeof message === "string"
        ? message
        : inspect(error),
    code: codeOf(error),
    stack: described ? ownFrames(read(error, "stack")) : "",
    thrown: described ? "error" : isObject ? "object" : "other",
  };
  let text = "{";
  for (const key in parts) if (parts[key] !== undefined) text += `"${key}":${stringify(parts[key])},`;
  return `${text}"details":${wire(described ? read(error, "details") : error)}}`;
}

/** How many errors of an AggregateError are shown, and how deep causes are. */
const MAX_REASONS = 3;
const MAX_REASON = 300;

/** The message of an error with what led to it: the errors that it collects, and its cause. */
function withReasons(message, error, depth) {
  if (depth === MAX_REASONS) return message;
  const collected = read(error, "name") === "AggregateError" ? read(error, "errors") : undefined;
  const cause = read(error, "cause");
  let text = message;
  if (isArray(collected)) text += listReasons(collected, message === "" ? "" : ": ", depth);
  return cause === undefined ? text : `${text === "" ? "" : `${text} `}(cause: ${reasonText(cause, depth + 1)})`;
}

function listReasons(collected, start, depth) {
  const length = read(collected, "length");
  let text = "";
  for (let index = 0; index < length && index < MAX_REASONS; index++) {
    text += `${index === 0 ? start : "; "}${reasonText(read(collected, index), depth + 1)}`;
  }
  return length > MAX_REASONS ? `${text}; and ${length - MAX_REASONS} more` : text;
}

function reasonText(reason, depth) {
  if (!isError(reason)) return shorten(inspect(reason));
  const name = asText(read(reason, "name"));
  const message = withReasons(asText(read(reason, "message")), reason, depth);
  const isPlain = name === "" || name === "Error" || codeOf(reason) !== undefined;
  return shorten(isPlain && message !== "" ? message : message === "" ? name : `${name}: ${message}`);
}

function shorten(text) {
  return text.length > MAX_REASON ? `${slice(text, 0, MAX_REASON)}…` : text;
}

function codeOf(error) {
  const code = typeof error === "object" && error !== null ? read(error, "code") : undefined;
  return typeof code === "string" ? code : undefined;
}

function asText(value) {
  return typeof value === "string" ? value : "";
}

function read(object, key) {
  try {
    return object[key];
  } catch {
    return undefined;
  }
}

function wire(value) {
  try {
    return encode(value, "details");
  } catch {
    return "null";
  }
}
