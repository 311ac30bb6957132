import type { CallContext } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { HeaderField, NetworkRequest, NetworkResponse, NetworkRules } from "../../contract/network.ts";
import { isValueMap, type Value } from "../../contract/value.ts";
import { writeJson } from "../../contract/json-text.ts";
import { allowStep, type Grant } from "./grant.ts";
import { readHeaders, type GivenHeaders } from "./headers.ts";
import { parseUrl } from "./parse-url.ts";
import type { Options } from "./schemas.ts";

/** One request as a function of the bridge makes it. */
export interface Wanted {
  readonly method: string;
  readonly url: string;
  readonly body?: Value | undefined;
  readonly options: Options | undefined;
  /** Headers that hold where the script gives none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body goes on for as long as it likes, while it does not pause for longer than the timeout. */
  readonly endless?: true;
}

/** Methods that do the same when they are done twice. */
const REPEATABLE = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);
/** Methods that change nothing. */
const READING = new Set(["GET", "HEAD", "OPTIONS"]);
/** Too many requests, and gateways that did not reach the server. */
const BUSY = new Set([429, 502, 503, 504]);
const FIRST_PAUSE_MS = 500;

/** Sends a request, again where the server is busy or away and the method allows it. */
export async function send(wanted: Wanted, call: CallContext, signal = call.signal): Promise<NetworkResponse> {
  const grant = call.grant as Grant;
  const { options = {}, method } = wanted;
  const { clock, network } = call.effects;
  const request = makeRequest(wanted, call);
  const deadline = clock.now() + Math.min(options.timeoutMs ?? grant.timeout, grant.timeout);
  const retries = REPEATABLE.has(method) ? Math.min(options.retries ?? grant.retries, grant.retries) : 0;
  for (let attempt = 0; ; attempt++) {
    const left = Math.max(1, Math.round(deadline - clock.now()));
    const pauseFor = (asked?: number) => asked ?? FIRST_PAUSE_MS * 2 ** attempt;
    const mayWait = (pause: number) => attempt < retries && clock.now() + pause < deadline;
    let pause: number;
    try {
      const response = await network.send(request, rulesFor(wanted, grant, left), signal);
      pause = pauseFor(BUSY.has(response.status) ? retryAfter(response, clock.now()) : undefined);
      if (!BUSY.has(response.status) || !mayWait(pause)) return response;
      response.close();
    } catch (error) {
      pause = pauseFor();
      if (!isPassing(error) || !mayWait(pause)) throw error;
    }
    await clock.sleep(pause, signal);
  }
}

function rulesFor({ options = {}, endless }: Wanted, grant: Grant, left: number): NetworkRules {
  return {
    allow: (method, url) => allowStep(grant, method, url),
    maxBytes: endless ? Number.POSITIVE_INFINITY : grant.maxBytes,
    totalMs: endless ? undefined : left,
    idleMs: endless ? left : Math.min(grant.idleTime, left),
    maxRedirects: Math.min(options.redirects ?? grant.redirects, grant.redirects),
    proxy: grant.proxy,
  };
}

function makeRequest({ method, url, body, options = {}, headers = {} }: Wanted, call: CallContext): NetworkRequest {
  const address = parseUrl(url);
  for (const [name, value] of Object.entries(options.query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) address.searchParams.append(name, String(item));
  }
  const sent = encodeBody(body ?? options.body, options.form);
  const given = readHeaders((options.headers ?? {}) as GivenHeaders, call);
  const has = (name: string) => given.some(([other]) => other.toLowerCase() === name);
  const standard = {
    ...headers,
    ...(sent === undefined ? {} : { "content-type": sent.type }),
    // Sent again after a crash: a server that knows such keys does it once.
    ...(call.key === "" || READING.has(method) ? {} : { "idempotency-key": call.key }),
  };
  const added = Object.entries(standard).filter(([name]) => !has(name));
  if (sent !== undefined && (method === "GET" || method === "HEAD")) {
    throw new SpellError("call.arguments", `A ${method} request has no body`);
  }
  return { method, url: address.href, headers: [...(added as HeaderField[]), ...given], body: sent?.bytes };
}

interface Body {
  readonly type: string;
  readonly bytes: Uint8Array;
}

function encodeBody(body: Value | undefined, form: Readonly<Record<string, string>> | undefined): Body | undefined {
  const text = (type: string, content: string): Body => ({ type, bytes: new TextEncoder().encode(content) });
  if (form !== undefined) {
    if (body !== undefined) throw new SpellError("call.arguments", "A request has a body or a form, not both");
    return text("application/x-www-form-urlencoded", new URLSearchParams(form).toString());
  }
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return { type: "application/octet-stream", bytes: body };
  return typeof body === "string" ? text("text/plain; charset=utf-8", body) : text("application/json", writeJson(body));
}

/** Faults of a connection that the next one may not have. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof SpellError) || error.code !== "http.network") return false;
  return isValueMap(error.details) && error.details["passing"] === true;
}

/** What a server asks for, in ms: a number of seconds or a date. */
function retryAfter({ headers }: NetworkResponse, now: number): number | undefined {
  const text = headers.get("retry-after");
  if (text === undefined) return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.max(0, Math.round(wait)) : undefined;
}
