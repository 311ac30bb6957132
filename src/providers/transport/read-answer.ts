import { failingAnswer } from "./failing-answer.ts";
import { notJson, refusedInside, type CallSubject } from "./provider-error.ts";

/** What a request waits for: JSON, server-sent events, or a file, which is left alone. */
export type Expected = "json" | "events" | "file";

/**
 * A good answer as the SDKs understand it: JSON is read as JSON whatever its server calls it, and an error inside is
 * an error. The SDKs take what is called otherwise for a text, look for fields in it and find none.
 */
export async function readAnswer(response: Response, expected: Expected, subject: CallSubject): Promise<Response> {
  const { body, headers, ok } = response;
  if (!ok || body === null || expected === "file") return response;
  const type = headers.get("content-type") ?? "";
  if (expected === "json") return whole(response, subject);
  return /event-stream/i.test(type) ? response : eventsOrWhole(response, body, subject);
}

/** An answer that is one text. */
async function whole(response: Response, subject: CallSubject): Promise<Response> {
  try {
    const text = await response.text();
    const body = parse(text);
    if (body === undefined) throw notJson(subject, text);
    const error = errorIn(body);
    if (error === undefined) return isJson(response) ? withBody(response, text, body) : asJson(response, text);
    const status = statusOf(error);
    if (status === undefined) throw refusedInside(body, subject);
    return asJson(response, text, status);
  } catch (error) {
    return failingAnswer(error);
  }
}

/** What is not called a stream of events: it is one unless it begins as JSON and HTML do, and no event does. */
async function eventsOrWhole(
  { headers, status }: Response,
  body: NonNullable<Response["body"]>,
  subject: CallSubject,
): Promise<Response> {
  const reader = body.getReader();
  const read: Uint8Array[] = [];
  let begin = "";
  try {
    while (begin === "") {
      const { done, value } = await reader.read();
      if (done) break;
      read.push(value);
      begin = new TextDecoder().decode(value).trimStart();
    }
  } catch (error) {
    return failingAnswer(error);
  }
  const rest = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = read.length > 0 ? { done: false, value: read.shift() } : await reader.read();
        if (done || value === undefined) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const answer = new Response(rest, { status, headers });
  return /^[{[<]/.test(begin) ? whole(answer, subject) : answer;
}

/** As the SDKs look for it. */
function isJson({ headers }: Response): boolean {
  return /^application\/([^;]*\+)?json\b/.test(headers.get("content-type") ?? "");
}

/** The same answer, already read: nothing is made or parsed twice. */
function withBody(response: Response, text: string, body: unknown): Response {
  return Object.assign(response, { text: () => Promise.resolve(text), json: () => Promise.resolve(body) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The fields of which a good answer has one, with a list in it. */
const LISTS = ["choices", "content", "data", "results"] as const;

/** What a server says went wrong, where its answer is nothing else. */
function errorIn(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return undefined;
  const { error, ...rest } = body as Readonly<Record<string, unknown>>;
  const isError = typeof error === "string" ? error !== "" : typeof error === "object" && error !== null;
  return isError && !LISTS.some((field) => Array.isArray(rest[field])) ? error : undefined;
}

/** The status that an error should have come with, where it says so (OpenRouter's do). */
function statusOf(error: unknown): number | undefined {
  const { code, status } = error as Readonly<Record<string, unknown>>;
  return [code, status].map(Number).find((given) => Number.isInteger(given) && given >= 400 && given <= 599);
}

function asJson({ headers: given, status, statusText }: Response, text: string, instead = status): Response {
  const headers = new Headers(given);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  return new Response(text, { status: instead, statusText, headers });
}
