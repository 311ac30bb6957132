import { SpellError } from "../../contract/errors.ts";
import type { OutputMessage } from "../../contract/message.ts";
import { holdsRedaction } from "../../contract/redaction.ts";

type Stream = OutputMessage["stream"];

/**
 * What a run printed before, beside what it prints now: it must print the same again, and what goes beyond is new.
 * Where pieces begin and end does not matter.
 */
export class OutputTape {
  readonly #recorded: Readonly<Record<Stream, Uint8Array>>;
  readonly #position = { stdout: 0, stderr: 0 };

  constructor(recorded: readonly OutputMessage[]) {
    this.#recorded = { stdout: joined(recorded, "stdout"), stderr: joined(recorded, "stderr") };
  }

  /** Takes a piece; answers what of it is new, undefined where nothing is. Throws `journal.diverged`. */
  take(stream: Stream, text: string | Uint8Array): string | Uint8Array | undefined {
    const before = this.#recorded[stream];
    const from = this.#position[stream];
    if (from >= before.length) return text;
    const piece = typeof text === "string" ? Buffer.from(text) : text;
    this.#position[stream] += piece.length;
    const expected = before.subarray(from, from + piece.length);
    if (Buffer.compare(piece.subarray(0, expected.length), expected) !== 0)
      this.#differs(stream, from, piece, expected);
    return piece.length === expected.length ? undefined : piece.subarray(expected.length);
  }

  #differs(stream: Stream, from: number, now: Uint8Array, before: Uint8Array): void {
    // A secret may be gone, and then its marker stands for a text of another length: the rest cannot be compared.
    if (holdsRedaction(decode(this.#recorded[stream]))) {
      this.#position[stream] = Number.POSITIVE_INFINITY;
      return;
    }
    const show = (bytes: Uint8Array) => JSON.stringify(decode(bytes.subarray(0, 80)));
    throw new SpellError(
      "journal.diverged",
      `The run diverges from its record: to ${stream}, after ${from} bytes, it wrote ${show(before)}, now it writes ${show(now)}`,
      { details: { stream, bytes: from } },
    );
  }
}

function joined(recorded: readonly OutputMessage[], stream: Stream): Uint8Array {
  const pieces = recorded.filter((entry) => entry.stream === stream).map(({ text }) => text);
  return Buffer.concat(pieces.map((text) => (typeof text === "string" ? Buffer.from(text) : text)));
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
