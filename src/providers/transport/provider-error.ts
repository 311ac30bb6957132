import type { ErrorCode } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import { networkFault, networkFaultCode } from "../../contract/network-fault.ts";
import { retryAfter } from "./retry-pause.ts";

/** How much of a server's own text goes into a message, in characters. */
const MAX_SERVER_TEXT = 500;

/** How much of what is no answer at all. */
const MAX_OTHER_TEXT = 120;

/** Whom a call was made to, for messages. */
export interface CallSubject {
  readonly id: string;
  readonly title: string;
  readonly model: string | undefined;
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly keyVariable: string | undefined;
  readonly local: boolean;
}

/** The classes by which both SDKs tell their errors apart. */
export interface ErrorClasses {
  readonly APIError: new (...args: never[]) => Error;
  readonly APIConnectionError: new (...args: never[]) => Error;
}

/** Kinds of errors that arrive inside of a stream, where no status says what they are. */
const STREAMED: Readonly<Record<string, ErrorCode>> = {
  authentication_error: "provider.authentication",
  invalid_api_key: "provider.authentication",
  permission_error: "provider.authentication",
  not_found_error: "provider.model",
  model_not_found: "provider.model",
  rate_limit_error: "provider.rate-limit",
  rate_limit_exceeded: "provider.rate-limit",
  insufficient_quota: "provider.rate-limit",
  invalid_request_error: "provider.request",
  request_too_large: "provider.request",
};

/** The provider and the model, as messages name them. */
export function subjectName(subject: CallSubject): string {
  return subject.model === undefined ? subject.title : `${subject.title} (${subject.id}/${subject.model})`;
}

/** Whatever an SDK or fetch threw, as one of our errors. Decided by class and status; texts are only quoted. */
export function providerError(error: unknown, subject: CallSubject, classes: ErrorClasses): SpellError {
  if (error instanceof SpellError) return error;
  if (error instanceof classes.APIConnectionError) return unreachable(error, subject);
  if (error instanceof classes.APIError) return refused(error as RefusedError, subject);
  if (error instanceof SyntaxError) {
    return new SpellError("provider.answer", `${subjectName(subject)} answered with something that is not JSON`, {
      cause: error,
    });
  }
  // The runtime's own network errors carry a code (ECONNRESET); anything else comes from reading the answer.
  const code = networkFaultCode(error);
  if (code === "ZlibError") return wrongAnswer(subject, "a broken compression", error);
  if (code !== "") return lost(error, subject);
  return new SpellError(
    "provider.answer",
    `${subjectName(subject)} answered with something that cannot be understood`,
    {
      cause: error,
    },
  );
}

/** An answer that has not the form of the protocol. */
export function wrongAnswer(subject: CallSubject, what: string, cause?: unknown): SpellError {
  return new SpellError("provider.answer", `${subjectName(subject)} answered with ${what}`, { cause });
}

/** An answer that should be JSON: a page of a proxy, mostly. */
export function notJson(subject: CallSubject, text: string): SpellError {
  const said = quoted(text, subject.key, MAX_OTHER_TEXT);
  return wrongAnswer(subject, said === "" ? "nothing at all" : `something that is not JSON: ${JSON.stringify(said)}`);
}

/** An error that came where an answer was due, and without a status of its own. */
export function refusedInside(body: unknown, subject: CallSubject): SpellError {
  return refused({ name: "", message: "", status: undefined, headers: undefined, error: body }, subject);
}

/** A stream that ended before the model said that it was done. */
export function brokenStream(subject: CallSubject): SpellError {
  return new SpellError("provider.network", `${subjectName(subject)} broke the connection in the middle of its answer`);
}

/** What the errors of both SDKs carry. */
interface RefusedError extends Error {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly error: unknown;
}

function refused(error: RefusedError, subject: CallSubject): SpellError {
  const { status } = error;
  const said = serverText(error.error);
  const code = status === undefined ? streamedCode(error.error) : codeOfStatus(status);
  const name = subjectName(subject);
  const quote = said === "" ? "" : `: ${quoted(said, subject.key)}`;
  const cause = { cause: error };
  const retryAfterMs = retryAfter(error.headers);
  const statusDetails = status === undefined ? {} : { status };
  const waitDetails = { ...statusDetails, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  switch (code) {
    case "provider.authentication":
      // Without the server's text where the key is wrong: servers like to quote the key.
      return new SpellError(
        code,
        `${name} refused the key${subject.keyVariable === undefined ? "" : ` in ${subject.keyVariable}`}${status === 403 ? quote : ""}`,
        { ...cause, details: { ...statusDetails, ...(subject.keyVariable && { variable: subject.keyVariable }) } },
      );
    case "provider.rate-limit": {
      const wait = retryAfterMs === undefined ? "" : ` for ${retryAfterMs} ms`;
      return new SpellError(code, `${name} asks to slow down${wait}${quote}`, { ...cause, details: waitDetails });
    }
    case "provider.model":
      return new SpellError(code, `${name} is not offered at ${address(subject)}${quote}`, {
        ...cause,
        details: statusDetails,
      });
    case "provider.request":
      return new SpellError(code, `${name} refused the request${quote}`, { ...cause, details: statusDetails });
    default:
      return new SpellError(code, `${name} failed${status === undefined ? "" : ` with status ${status}`}${quote}`, {
        ...cause,
        details: waitDetails,
      });
  }
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401 || status === 403) return "provider.authentication";
  if (status === 404) return "provider.model";
  if (status === 429) return "provider.rate-limit";
  if (status === 408 || status >= 500) return "provider.server";
  return status >= 400 ? "provider.request" : "provider.answer";
}

function streamedCode(body: unknown): ErrorCode {
  const inner = field(body, "error") ?? body;
  // The code is the narrower: OpenAI says of a wrong key and of an unknown model that the request is invalid.
  for (const key of ["code", "type"]) {
    const kind = field(inner, key);
    if (typeof kind === "number" && kind >= 400) return codeOfStatus(kind);
    if (typeof kind === "string" && Object.hasOwn(STREAMED, kind)) return STREAMED[kind] ?? "provider.server";
  }
  return "provider.server";
}

function unreachable(error: unknown, subject: CallSubject): SpellError {
  const reason = networkFault(root(error));
  const place = `${subject.title} at ${address(subject)}`;
  return new SpellError("provider.network", `Cannot reach ${place}: ${quoted(reason, subject.key)}`, {
    cause: error,
    ...(subject.local ? { fix: `Start the server of ${subject.title}, or use another model` } : {}),
  });
}

/** A connection that broke when the answer had begun. */
function lost(error: unknown, subject: CallSubject): SpellError {
  const reason = quoted(networkFault(error), subject.key);
  const message = `The answer of ${subjectName(subject)} was lost in the middle: ${reason}`;
  return new SpellError("provider.network", message, { cause: error });
}

/** The innermost error: the SDKs wrap what fetch threw into "Connection error.". */
function root(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 8; depth++) {
    const cause = current instanceof Error ? current.cause : undefined;
    if (!(cause instanceof Error)) break;
    current = cause;
  }
  return current;
}

/** An address for messages: without user, password and query. */
function address(subject: CallSubject): string {
  try {
    const url = new URL(subject.baseUrl);
    return `${url.protocol}//${url.host}${url.pathname}`;
  } catch {
    return "its address, which is not a URL";
  }
}

function serverText(body: unknown): string {
  const candidates = [field(field(body, "error"), "message"), field(body, "message"), field(body, "error"), body];
  const text = candidates.find((candidate) => typeof candidate === "string" && candidate !== "");
  return typeof text === "string" ? text : "";
}

function quoted(text: string, key: string | undefined, most = MAX_SERVER_TEXT): string {
  const clean = (key === undefined || key === "" ? text : text.replaceAll(key, "[key]")).replace(/\s+/g, " ").trim();
  return clean.length <= most ? clean : `${clean.slice(0, most - 1)}…`;
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
