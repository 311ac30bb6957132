import { SpellError } from "../../contract/errors.ts";
import { uncompress } from "./uncompress.ts";
import type { Watch } from "./watch.ts";

/** The body of an answer, uncompressed, in pieces; each is waited for only as long as the watch allows. Ends with `http.too-large` beyond `maxBytes`. */
export async function* readBody(response: Response, watch: Watch, maxBytes: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  let isWhole = false;
  const encoding = response.headers.get("content-encoding") ?? "";
  try {
    for await (const chunk of uncompress(rawBody(response, watch), encoding)) {
      read += chunk.length;
      if (read > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
    isWhole = true;
  } catch (error) {
    throw error instanceof SpellError ? error : broken(error);
  } finally {
    watch.end(!isWhole);
  }
}

async function* rawBody({ body }: Response, watch: Watch): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const { done, value } = await watch.wait(reader.read(), "stopped in the middle of its answer");
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** What is said in advance is believed, so that nothing needs to be read. */
export function checkLength(response: Response, maxBytes: number): void {
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): SpellError {
  return new SpellError("http.too-large", `The answer is larger than maxBytes = ${maxBytes}`, {
    details: { maxBytes },
  });
}

function broken(error: unknown): SpellError {
  const reason = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return new SpellError("http.network", `The connection broke in the middle of the answer${reason}`, { cause: error });
}
