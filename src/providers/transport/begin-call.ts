import type { ProviderOptions } from "../../contract/provider.ts";
import { type CallSubject, type ErrorClasses, providerError, subjectName } from "./provider-error.ts";
import { type CallWatch, watchCall } from "./watch-call.ts";

/** What differs between the SDKs. `Client` is the SDK's client. */
export interface CallSettings<Client> {
  readonly subject: CallSubject;
  readonly options: ProviderOptions;
  readonly classes: ErrorClasses;
  readonly makeClient: (fetch: CallWatch["fetch"]) => Client;
}

/** One call through an SDK: its client is made over the watched fetch, and every way out ends in our errors. */
export interface Call<Client> {
  readonly subject: CallSubject;
  readonly signal: AbortSignal;
  /** For one answer. */
  run<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** For a stream of events; leaving the loop closes the connection. */
  walk<T>(work: (client: Client) => AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined>;
}

/** Begins a call that the caller's signal cancels. */
export function beginCall<Client>(settings: CallSettings<Client>, caller: AbortSignal): Call<Client> {
  const { subject, options, classes, makeClient } = settings;
  const watch = watchCall(options, caller, subjectName(subject));
  // What the watch knows comes first: the SDKs tell of an abort in words of their own.
  const explain = (error: unknown): Error => watch.failure() ?? providerError(error, subject, classes);
  return {
    subject,
    signal: watch.signal,
    async run(work) {
      try {
        return await work(makeClient(watch.fetch));
      } catch (error) {
        throw explain(error);
      } finally {
        watch.end();
      }
    },
    async *walk(work) {
      try {
        yield* work(makeClient(watch.fetch));
        // The SDKs end an aborted stream as if it were complete.
        const failure = watch.failure();
        if (failure !== undefined) throw failure;
      } catch (error) {
        throw explain(error);
      } finally {
        watch.end();
      }
    },
  };
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
