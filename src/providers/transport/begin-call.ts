import type { GenerateRequest, ProviderOptions } from "../../contract/provider.ts";
import { countAttempts } from "./count-attempts.ts";
import { type CallSubject, type ErrorClasses, providerError, subjectName } from "./provider-error.ts";
import { type Expected, readAnswer } from "./read-answer.ts";
import { withRetryRule } from "./retry-pause.ts";
import { watchCall } from "./watch-call.ts";

/** What differs between the SDKs. */
export interface CallSettings {
  readonly subject: CallSubject;
  readonly options: ProviderOptions;
  readonly classes: ErrorClasses;
  /** What the request says of its own sending. */
  readonly request?: Pick<GenerateRequest, "key" | "timeouts" | "maxRetries" | "attempts" | "timeLeft"> | undefined;
}

/** Marks a request with the fetch of the call that it belongs to, on its way through the SDK. */
const FETCH = Symbol("fetch");

/** What the SDK's functions take besides the body: it carries the call to {@link routedFetch}. */
export interface CallRequestOptions {
  readonly signal: AbortSignal;
  readonly maxRetries?: number;
  /** The SDKs hand it over to fetch as it is; it has no body of its own. */
  readonly fetchOptions: { readonly [FETCH]: typeof fetch; readonly body?: never };
}

/** The fetch of a client that serves all calls of a provider: each request goes by that of its own call. */
export const routedFetch = ((
  input: Parameters<typeof fetch>[0],
  init: RequestInit & Partial<CallRequestOptions["fetchOptions"]>,
) => {
  const own = init[FETCH];
  if (own === undefined) throw new Error("a request without its call");
  return own(input, init);
}) as typeof fetch;

/** One call through an SDK: every request of it is watched, and every way out ends in our errors. */
export interface Call {
  readonly subject: CallSubject;
  /** Must be given to every function of the SDK. */
  readonly options: CallRequestOptions;
  /** For one answer. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** For a stream of events; leaving the loop closes the connection. */
  walk<T>(work: () => AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined>;
}

/** Begins a call that the caller's signal cancels. */
export function beginCall(settings: CallSettings, caller: AbortSignal): Call {
  const { subject, options, classes, request = {} } = settings;
  const { key, timeouts, maxRetries, attempts, timeLeft = Infinity } = request;
  const counted = countAttempts(options.fetch, attempts);
  const limits = { ...options, fetch: counted, timeouts: { ...options.timeouts, ...timeouts } };
  const watch = watchCall(limits, caller, subjectName(subject), key);
  const end = performance.now() + Math.min(timeLeft, limits.timeouts.total ?? Infinity);
  let streams = false;
  const ask = async (...[input, init]: Parameters<typeof fetch>): Promise<Response> => {
    const answer = await readAnswer(await watch.fetch(input, init), expectedBy(init, streams), subject);
    return withRetryRule(answer, end - performance.now());
  };
  // What the watch knows comes first: the SDKs tell of an abort in words of their own.
  const explain = (error: unknown): Error => watch.failure() ?? providerError(error, subject, classes);
  return {
    subject,
    options: {
      signal: watch.signal,
      fetchOptions: { [FETCH]: ask as typeof fetch },
      ...(maxRetries !== undefined && { maxRetries }),
    },
    async run(work) {
      try {
        return await work();
      } catch (error) {
        throw explain(error);
      } finally {
        watch.end();
      }
    },
    async *walk(work) {
      let begun = false;
      streams = true;
      try {
        for await (const event of work()) {
          begun = true;
          yield event;
        }
        // The SDKs end an aborted stream as if it were complete.
        const failure = watch.failure();
        if (failure !== undefined) throw failure;
      } catch (error) {
        if (!begun && watch.failure() === undefined && isSaid(error, classes)) attempts?.refused();
        throw explain(error);
      } finally {
        watch.end();
      }
    },
  };
}

/** Whether a server said the error in a stream: behind a status that promised an answer. */
function isSaid(error: unknown, { APIError, APIConnectionError }: ErrorClasses): boolean {
  const isOf = error instanceof APIError && !(error instanceof APIConnectionError);
  return isOf && (error as { readonly status?: unknown }).status === undefined;
}

/** The SDKs ask for files by a type of its own. */
function expectedBy(init: RequestInit | undefined, streams: boolean): Expected {
  const headers = init?.headers instanceof Headers ? init.headers : new Headers(init?.headers);
  if (headers.get("accept")?.includes("json") === false) return "file";
  return streams ? "events" : "json";
}

/** Whom a call goes to. */
export function callSubject(
  server: {
    readonly id: string;
    readonly title: string;
    readonly baseUrl: string;
    readonly keyVariable?: string;
    readonly local?: true;
  },
  options: ProviderOptions,
  model: string | undefined,
): CallSubject {
  const { id, title, keyVariable } = server;
  const baseUrl = options.baseUrl ?? server.baseUrl;
  return { id, title, model, baseUrl, key: options.key, keyVariable, local: server.local === true };
}
