import { SpellError } from "../../contract/errors.ts";
import type { NetworkResponse } from "../../contract/network.ts";
import type { Value } from "../../contract/value.ts";

/** Of an error's body, in bytes: enough to say what is wrong. */
const EXCERPT = 1000;

/** The whole body, or no more than its beginning of `enough` bytes. */
export async function readAll({ chunks }: NetworkResponse, enough = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const part = chunk.subarray(0, enough - length);
    parts.push(part);
    length += part.length;
    if (length >= enough) break;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An answer as scripts get it. */
export async function answerValue(response: NetworkResponse, as: "text" | "bytes" | undefined): Promise<Value> {
  const { status, headers, url } = response;
  const bytes = await readAll(response);
  const text = as === "bytes" ? undefined : decodeBody(bytes, headers.get("content-type") ?? "", as === "text");
  return {
    status,
    ok: isOk(status),
    headers: Object.assign(Object.create(null) as object, Object.fromEntries(headers)) as Value,
    url,
    ...(text === undefined ? { bytes } : { text }),
  };
}

/** Whether a status is one of success. */
export function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The body as text: by the character set that the server names, or as UTF-8 where it is that; undefined where it is no text. */
export function decodeBody(bytes: Uint8Array, contentType: string, isText: boolean): string | undefined {
  const [, named] = /charset\s*=\s*"?([^\s";]+)/i.exec(contentType) ?? [];
  if (named !== undefined) {
    try {
      return new TextDecoder(named as "utf-8").decode(bytes);
    } catch {
      // A character set that nobody knows.
    }
  }
  const asText = isText || /^\s*(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript))/i.test(contentType);
  if (asText) return new TextDecoder().decode(bytes);
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Throws `http.status` for an answer that is none of success. */
export async function requireOk(response: NetworkResponse, host: string): Promise<void> {
  const { status, headers, url } = response;
  if (isOk(status)) return;
  const text = decodeBody(await readAll(response, EXCERPT), headers.get("content-type") ?? "", true) ?? "";
  throw new SpellError("http.status", `"${host}" answered with status ${status}`, { details: { status, url, text } });
}
