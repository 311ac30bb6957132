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
  if (!isError(error)) {
    const shown = typeof error === "object" && error !== null ? read(error, "message") : undefined;
    return stringify({
      __proto__: null,
      name: "",
      message: typeof shown === "string" ? shown : typeof error === "string" ? error : inspect(error),
      code: codeOf(error),
      details: wire(error),
      stack: "",
      thrown: typeof error === "object" ? "object" : "other",
    });
  }
  return stringify({
    __proto__: null,
    name: asText(read(error, "name")),
    message: asText(read(error, "message")),
    code: codeOf(error),
    details: wire(read(error, "details")),
    stack: ownFrames(read(error, "stack")),
    thrown: "error",
  });
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
    return null;
  }
}
