import { bridgeFunction, bridgeMethod, type Bridge, type CallContext, type RuleContext } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import { binary, handle, v, value } from "../contract/schema.ts";
import type { Value } from "../contract/value.ts";
import { answerValue, decodeBody, readAll, requireOk } from "./http/answer.ts";
import { EventStream } from "./http/event-stream.ts";
import { EVERYTHING, grantSchema, prepareGrant, refuseRequest, type Grant } from "./http/grant.ts";
import { refuseHeaders, type GivenHeaders } from "./http/headers.ts";
import { parseUrl } from "./http/parse-url.ts";
import {
  answer,
  body,
  eventsOptions,
  eventStep,
  getOptions,
  plainOptions,
  postOptions,
  requestOptions,
  type Options,
} from "./http/schemas.ts";
import { send, type Wanted } from "./http/send.ts";
import { readJson } from "../contract/json-text.ts";
import { learnRequest } from "./http/learn.ts";

const address = () => v.pipe(v.string(), v.description("The whole address, such as `https://example.org/page`"));

/** The rule of every function: method, address and headers. */
function refuse(method: string, url: string, options: Options | undefined, { grant }: RuleContext) {
  const given = grant as Grant;
  return refuseRequest(given, method, parseUrl(url)) ?? refuseHeaders(given, options?.headers as GivenHeaders);
}

async function fetchAnswer(wanted: Wanted, call: CallContext): Promise<Value> {
  return answerValue(await send(wanted, call), wanted.options?.as);
}

const request = bridgeFunction({
  doc: "Sends a request and waits for its answer, whatever its status. The answer prints as its text.",
  parameters: () => ({
    url: address(),
    options: v.pipe(requestOptions(), v.description("Method, headers, body and so on")),
  }),
  returns: answer,
  text: "text",
  repeat: "unsafe",
  untimed: true,
  refuse: ({ url, options }, call) => refuse(options?.method ?? "GET", url, options, call),
  run: ({ url, options }, call) => fetchAnswer({ method: options?.method ?? "GET", url, options }, call),
});

const get = bridgeFunction({
  doc: "Gets what is at an address, whatever the answer's status. The answer prints as its text.",
  parameters: () => ({ url: address(), options: v.pipe(getOptions(), v.description("Headers, query and so on")) }),
  returns: answer,
  text: "text",
  repeat: "safe",
  untimed: true,
  refuse: ({ url, options }, call) => refuse("GET", url, options, call),
  run: ({ url, options }, call) => fetchAnswer({ method: "GET", url, options }, call),
});

const post = bridgeFunction({
  doc: "Posts to an address and waits for the answer, whatever its status. It is never sent twice. The answer prints as its text.",
  parameters: () => ({
    url: address(),
    body: body(),
    options: v.pipe(postOptions(), v.description("Headers, query and so on")),
  }),
  returns: answer,
  text: "text",
  repeat: "unsafe",
  untimed: true,
  refuse: ({ url, options }, call) => refuse("POST", url, options, call),
  run: ({ url, body, options }, call) => fetchAnswer({ method: "POST", url, body, options }, call),
});

const json = bridgeFunction({
  doc: "Gets JSON and gives its value. A status that is none of success is an error, http.status, whose details have the status and the beginning of the text.",
  parameters: () => ({ url: address(), options: v.pipe(plainOptions(), v.description("Headers, query and so on")) }),
  returns: () => value(),
  repeat: "safe",
  untimed: true,
  refuse: ({ url, options }, call) => refuse("GET", url, options, call),
  run: async ({ url, options }, call) => {
    const response = await send({ method: "GET", url, options, headers: { accept: "application/json" } }, call);
    await requireOk(response, parseUrl(url).host);
    return readJson(decodeBody(await readAll(response), response.headers.get("content-type") ?? "", true) ?? "");
  },
});

const download = bridgeFunction({
  doc: "Gets the bytes of what is at an address. A status that is none of success is an error, http.status.",
  parameters: () => ({ url: address(), options: v.pipe(plainOptions(), v.description("Headers, query and so on")) }),
  returns: () => binary(),
  repeat: "safe",
  untimed: true,
  refuse: ({ url, options }, call) => refuse("GET", url, options, call),
  run: async ({ url, options }, call) => {
    const response = await send({ method: "GET", url, options }, call);
    await requireOk(response, parseUrl(url).host);
    return readAll(response);
  },
});

const events = bridgeFunction({
  doc: "Opens a stream of server-sent events. Walk through it in a loop. Where a loop is left early, `close` ends the request; JavaScript's loop does it by itself, and Lua 5.4's where the call stands in its head. It may last as long as the run, while the server does not pause for longer than the timeout.",
  parameters: () => ({
    url: address(),
    options: v.pipe(eventsOptions(), v.description("Method, headers, body and so on")),
  }),
  returns: () => handle("events"),
  opens: "events",
  repeat: "unsafe",
  untimed: true,
  refuse: ({ url, options }, call) => refuse(options?.method ?? "GET", url, options, call),
  run: async ({ url, options }, call) => {
    const stream = new EventStream((call.grant as Grant).maxBytes);
    const cancel = () => stream.cancel(call.signal.reason);
    call.signal.addEventListener("abort", cancel, { once: true });
    const headers = { accept: "text/event-stream", "cache-control": "no-cache" };
    try {
      const method = options?.method ?? "GET";
      const response = await send({ method, url, options, headers, endless: true }, call, stream.signal);
      stream.read(response);
      await requireOk(response, parseUrl(url).host);
      requireEvents(response.headers.get("content-type") ?? "", response.status);
      return call.open("events", stream, () => stream.close());
    } catch (error) {
      stream.close();
      throw error;
    } finally {
      call.signal.removeEventListener("abort", cancel);
    }
  },
});

function requireEvents(type: string, status: number): void {
  if (status === 204 || /^text\/event-stream\b/i.test(type)) return;
  throw new SpellError("http.answer", `The answer is ${JSON.stringify(type.slice(0, 80))}, not a stream of events`);
}

const next = bridgeMethod({
  doc: "Waits for the next event: {event, data, id}.",
  parameters: () => ({}),
  returns: eventStep,
  repeat: "safe",
  uncounted: true,
  untimed: true,
  run: async (stream: EventStream, _args, call): Promise<Value> => {
    const event = await stream.next(call);
    return event === undefined ? { done: true } : { done: false, value: { ...event } };
  },
});

const close = bridgeMethod({
  doc: "Ends the stream and its connection. Closing twice does nothing.",
  parameters: () => ({}),
  returns: () => v.null(),
  repeat: "safe",
  uncounted: true,
  run: (_stream: EventStream, _args, call) => {
    call.close(call.handle);
    return null;
  },
});

/** The bridge to the network. */
export const http = {
  name: "http",
  doc: "Sends requests over HTTP, to the hosts that the profile names. Redirects are followed where the profile allows each step; there are no cookies.",
  capability: "outside",
  flow: { reads: ["untrusted"], sends: true },
  grant: grantSchema,
  everything: EVERYTHING,
  learn: learnRequest,
  grantExample: '{ allow: ["GET https://example.org/**"] }',
  prepare: prepareGrant,
  functions: { request, get, post, json, download, events },
  handles: {
    events: { doc: "Events that a server sends one by one.", methods: { next, close }, next: "next", close: "close" },
  },
} satisfies Bridge;
