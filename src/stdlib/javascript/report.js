// What the host is told of an error.
import { ownFrames } from "./calls.js";
import { post } from "./host.js";
import { inspect } from "./inspect.js";
import { isError, stringify } from "./primordials.js";
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
    message: typeof message === "string" ? message : described ? "" : inspect(error),
    code: codeOf(error),
    stack: described ? ownFrames(read(error, "stack")) : "",
    thrown: described ? "error" : isObject ? "object" : "other",
  };
  let text = "{";
  for (const key in parts) if (parts[key] !== undefined) text += `"${key}":${stringify(parts[key])},`;
  return `${text}"details":${wire(described ? read(error, "details") : error)}}`;
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
