import { SpellError } from "../contract/errors.ts";

/** Bytes of the length before each frame, big-endian. */
const HEADER = 4;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One frame: the length of the JSON text in bytes, then the text. */
export function encodeFrame(json: unknown): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(json);
  const frame = new Uint8Array(HEADER + text.length * 3);
  const { written } = encoder.encodeInto(text, frame.subarray(HEADER));
  new DataView(frame.buffer).setUint32(0, written);
  return frame.subarray(0, HEADER + written);
}

/** Cuts a stream of bytes into frames. Trusts nothing: a length over the cap is an error before any of it is kept. */
export class FrameReader {
  #pending: Uint8Array = new Uint8Array(0);

  /** `maxBytes` bounds one frame's JSON text. */
  constructor(private readonly maxBytes: number) {}

  /**
   * Takes bytes and gives the frames that they complete, one by one: those before a bad one are heard. Throws
   * `limit.frame` or `frame.malformed`.
   */
  *push(chunk: Uint8Array): Generator<unknown, void, undefined> {
    this.#pending = this.#pending.length === 0 ? chunk : concatenate(this.#pending, chunk);
    let start = 0;
    for (;;) {
      const bytes = this.#pending.subarray(start);
      if (bytes.length < HEADER) break;
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      if (length > this.maxBytes) {
        throw new SpellError(
          "limit.frame",
          `A message of ${length} bytes came from the spell's process; ${this.maxBytes} are allowed`,
        );
      }
      if (bytes.length < HEADER + length) break;
      start += HEADER + length;
      yield parse(bytes.subarray(HEADER, HEADER + length));
    }
    // A copy: the chunk may belong to a buffer that is used again.
    this.#pending = this.#pending.slice(start);
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch (error) {
    throw new SpellError("frame.malformed", "A message from the spell's process is not JSON", { cause: error });
  }
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
