import { SpellError } from "../../contract/errors.ts";

/**
 * A fetch that goes to one origin and nowhere else: a redirect is an error, since it would take the key along or
 * send the request into the dark, and `file:`, `data:` and whatever else Bun's fetch reads is refused. The name is
 * resolved by the system, and the environment's proxy is used where there is one: whoever runs the spell chose both.
 */
export function originFetch(base: string, inner: typeof fetch): typeof fetch {
  // An address that is none, or the mock's, leads nowhere.
  const { origin = "", protocol } = URL.parse(base) ?? {};
  const isNetwork = protocol === "http:" || protocol === "https:";
  const guarded = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    if (!isNetwork || !(url.startsWith(`${origin}/`) || URL.parse(url)?.origin === origin)) {
      throw new SpellError("provider.network", `A request for "${base}" was to go elsewhere`);
    }
    // Where its own decompression fails, Bun's fetch writes to standard error.
    const response = await inner(input, { ...init, redirect: "manual", decompress: false });
    if (response.status < 300 || response.status >= 400 || response.status === 304)
      return uncompressed(response, origin);
    const location = response.headers.get("location") ?? "nowhere";
    await response.body?.cancel();
    throw new SpellError("provider.network", `The server at "${origin}" redirects to ${JSON.stringify(location)}`, {
      fix: "Set the provider's address to where it leads, if that is meant",
    });
  };
  return guarded as typeof fetch;
}

/** What Bun's types and Node's have in common. */
interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/** An answer whose body is as it was before the server compressed it; what is wrong with that is found when it is read. */
function uncompressed(response: Response, origin: string): Response {
  const { body, status, statusText } = response;
  const encoding = response.headers.get("content-encoding") ?? "";
  if (encoding === "" || body === null) return response;
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  const reader: Reader = (body as ReadableStream<Uint8Array>).getReader();
  const chunks = plainChunks(reader, encoding, origin);
  const plain = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        await reader.cancel(reason);
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(plain, { status, statusText, headers });
}

async function* plainChunks(reader: Reader, encoding: string, origin: string): Chunks {
  const { uncompress } = await import("./uncompress.ts");
  try {
    yield* uncompress(read(reader), encoding);
  } catch (error) {
    if (!(error instanceof SpellError)) throw error;
    const what = error.message.replace(/^The/, "the");
    throw new SpellError("provider.answer", `The server at "${origin}" answered wrongly: ${what}`, { cause: error });
  }
}

async function* read(reader: Reader): Chunks {
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return;
    yield value;
  }
}
