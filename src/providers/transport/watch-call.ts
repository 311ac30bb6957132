import { SpellError } from "../../contract/errors.ts";
import type { ProviderOptions } from "../../contract/provider.ts";
import { failingAnswer } from "./failing-answer.ts";

/** No answer may be larger, in bytes: a server that never stops sending would otherwise fill the memory. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Request headers that reach the network. The SDKs add more from the environment (`OPENAI_CUSTOM_HEADERS`) and about this machine. */
const SENT_HEADERS = new Set([
  "accept",
  "anthropic-beta",
  "anthropic-version",
  "authorization",
  "content-type",
  "idempotency-key",
  "x-api-key",
]);

/** One call to a model server, from its first attempt to its last byte. */
export interface CallWatch {
  /** Aborted when the caller gives up or the server is too slow; given to the SDK. */
  readonly signal: AbortSignal;
  /** The host's fetch with the time limits of this call on each attempt. */
  readonly fetch: typeof fetch;
  /** Why the signal was aborted, where it was. */
  readonly failure: () => SpellError | undefined;
  /** Ends the call and closes its connection if that is still open. */
  readonly end: () => void;
}

/**
 * Watches one call. The limits hold for each attempt and not for the pauses between retries, and a timeout
 * aborts the whole call, because the SDKs would otherwise repeat a request that may already be paid for. With a `key`
 * each attempt carries it as its idempotency key.
 */
export function watchCall(
  options: Pick<ProviderOptions, "fetch" | "timeouts">,
  caller: AbortSignal,
  title: string,
  key?: string,
): CallWatch {
  const controller = new AbortController();
  const { signal } = controller;
  let failure: SpellError | undefined;
  /** Requests without an answer, and answers that are not read to their end. */
  let unread = 0;
  /** Told when the call is over, while something is waited for. */
  const waits = new Set<(error: SpellError) => void>();
  const stop = (error: SpellError): void => {
    controller.abort(error);
    for (const give of waits) give(error);
  };
  const fail = (error: SpellError): void => {
    if (signal.aborted) return;
    failure = error;
    stop(error);
  };
  const cancel = (): void => fail(cancelled(caller.reason));
  if (caller.aborted) cancel();
  else caller.addEventListener("abort", cancel, { once: true });

  const { firstByte, chunk, total } = options.timeouts;
  const late = (milliseconds: number, started: boolean) => (): void =>
    fail(
      new SpellError(
        "provider.timeout",
        started
          ? `${title} stopped in the middle of its answer for more than ${milliseconds} ms`
          : `${title} did not begin to answer within ${milliseconds} ms`,
        { details: { timeoutMs: milliseconds, started } },
      ),
    );

  const overall =
    total === undefined
      ? undefined
      : setTimeout(() => {
          const details = { timeoutMs: total, started: unread > 0 };
          fail(new SpellError("provider.timeout", `${title} took longer than ${total} ms in all`, { details }));
        }, total);

  /** Waits for `work`, fails the call when that takes too long, and rejects once the call is over. Whatever becomes of the work then, nobody hears. */
  const within = <T>(work: Promise<T>, milliseconds: number, missed: () => void): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const timer = setTimeout(missed, milliseconds);
      const settle = <R>(how: (result: R) => void) => {
        return (result: R): void => {
          clearTimeout(timer);
          waits.delete(give);
          how(result);
        };
      };
      const give = settle<unknown>(reject);
      waits.add(give);
      work.then(settle(resolve), give);
      if (signal.aborted) give(signal.reason);
    });

  const watchedFetch = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    signal.throwIfAborted();
    const headers = sentHeaders(init?.headers);
    if (key !== undefined) headers["idempotency-key"] = key;
    const asked = performance.now();
    unread++;
    // Not the signal of the SDK: that is aborted by ours and by nothing else that matters, and one of them lets go of
    // its requests before their bodies have come.
    const answer = options.fetch(input, { ...init, headers, signal }).then(readShort);
    const { response, rest } = await within(answer, firstByte, late(firstByte, false));
    if (rest === null) {
      unread--;
      return response;
    }
    // Some servers send their headers at once and think then: the first byte is that of the body.
    const left = Math.max(1, firstByte - (performance.now() - asked));
    const body = watchBody(rest, {
      signal,
      done: () => unread--,
      tooLarge: () => fail(new SpellError("provider.answer", `${title} sent more than ${MAX_ANSWER_BYTES} bytes`)),
      wait: (read, started) =>
        started ? within(read, chunk, late(chunk, true)) : within(read, left, late(firstByte, false)),
    });
    return sameResponse(response, body);
  };

  return {
    signal,
    fetch: watchedFetch as typeof fetch,
    failure: () => failure,
    end: () => {
      clearTimeout(overall);
      caller.removeEventListener("abort", cancel);
      if (unread > 0 && !signal.aborted) stop(cancelled(undefined));
    },
  };
}

/** What a cancelled call rejects with: the canceller's own reason where it is one of ours (a limit, a timeout). */
export function cancelled(reason: unknown): SpellError {
  return reason instanceof SpellError ? reason : new SpellError("call.cancelled", "The call was cancelled");
}

function sentHeaders(given: RequestInit["headers"]): Record<string, string> {
  const headers: Record<string, string> = { "user-agent": "llmspell" };
  const all = given instanceof Headers ? given : new Headers(given);
  all.forEach((value, name) => {
    if (SENT_HEADERS.has(name)) headers[name] = value;
  });
  return headers;
}

/** Such answers are read whole, and must be there within the time for the first byte: watching each piece of a body costs more than they do. */
const SHORT_BYTES = 64 * 1024;

/** An answer, and what is still to be read of it. */
async function readShort(response: Response): Promise<{ response: Response; rest: Response["body"] }> {
  if (response.body === null || !isShort(response.headers)) return { response, rest: response.body };
  const body = await response.arrayBuffer().catch((error: unknown) => failingAnswer(error));
  return { response: body instanceof Response ? body : sameResponse(response, body), rest: null };
}

function isShort(headers: Headers): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= SHORT_BYTES && !headers.has("content-encoding");
}

function sameResponse({ status, statusText, headers }: Response, body: ReadableStream | ArrayBuffer): Response {
  return new Response(body, { status, statusText, headers });
}

interface BodyWatch {
  readonly signal: AbortSignal;
  readonly done: () => void;
  readonly tooLarge: () => void;
  readonly wait: <T>(read: Promise<T>, started: boolean) => Promise<T>;
}

/** The same body, where a read that is late fails. No time runs while nobody reads. */
function watchBody(body: ReadableStream<Uint8Array>, watch: BodyWatch): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let received = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await watch.wait(reader.read(), received > 0);
        if (done) {
          watch.done();
          controller.close();
          return;
        }
        received += value.byteLength;
        if (received > MAX_ANSWER_BYTES) watch.tooLarge();
        watch.signal.throwIfAborted();
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
