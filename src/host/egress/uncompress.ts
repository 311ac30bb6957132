import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from "node:zlib";
import { SpellError } from "../../contract/errors.ts";

/** What is asked for, and what can be undone. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br, zstd";

/** Beyond this many bytes a body may not be larger than {@link MAX_RATIO} times what came. Real pages stay below 50. */
const FREE_BYTES = 1024 * 1024;
const MAX_RATIO = 250;
/** Of compressed input that is undone at once. */
const SLICE = 16 * 1024;

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/** The body as it was before the server compressed it: in pieces, each made only when the one before was taken. */
export function uncompress(body: Chunks, encoding: string): Chunks {
  const name = encoding.trim().toLowerCase();
  if (name === "" || name === "identity") return body;
  if (name === "deflate") return inflate(body);
  const make = MAKERS[name];
  if (make !== undefined) return through(body, make());
  throw new SpellError("http.answer", `The answer has the content encoding ${JSON.stringify(name.slice(0, 40))}`);
}

const MAKERS: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Half of the world's servers send it without zlib's header; zlib's begins with 8 in the lower half of its first byte. */
async function* inflate(body: Chunks): Chunks {
  const { value: first } = await body.next();
  if (first === undefined) return;
  const decoder = ((first[0] ?? 0) & 15) === 8 ? createInflate() : createInflateRaw();
  const all = async function* (): Chunks {
    yield first;
    yield* body;
  };
  yield* through(all(), decoder);
}

async function* through(body: Chunks, decoder: NodeJS.ReadWriteStream): Chunks {
  let received = 0;
  let made = 0;
  const feed = async (): Promise<void> => {
    for await (const chunk of body) {
      for (let at = 0; at < chunk.length; at += SLICE) {
        const slice = chunk.subarray(at, at + SLICE);
        received += slice.length;
        if (!decoder.write(slice)) await drained(decoder);
      }
    }
    decoder.end();
  };
  let failure: unknown;
  const fed = feed().catch((error: unknown) => {
    failure = error;
    destroy(decoder);
  });
  try {
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
      made += chunk.length;
      if (made > FREE_BYTES && made > received * MAX_RATIO) {
        throw new SpellError("http.too-large", `The answer grows to more than ${MAX_RATIO} times what was sent`);
      }
      yield chunk;
    }
    await fed;
    if (failure !== undefined) throw failure;
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (error instanceof SpellError) throw error;
    throw new SpellError("http.answer", "The answer's compression is broken", { cause: error });
  } finally {
    destroy(decoder);
    await body.return();
  }
}

function drained(decoder: NodeJS.ReadWriteStream): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      decoder.off("drain", go);
      decoder.off("close", go);
      resolve();
    };
    decoder.on("drain", go);
    decoder.on("close", go);
  });
}

function destroy(decoder: NodeJS.ReadWriteStream): void {
  (decoder as NodeJS.ReadWriteStream & { destroy(): void }).destroy();
}
