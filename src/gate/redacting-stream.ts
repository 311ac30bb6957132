import type { Redactor } from "./redactor.ts";

/** A text or bytes on their way to a person. */
type Piece = string | Uint8Array;

/**
 * What a spell prints, without secrets, although one may come in several pieces: the end of a piece that may be
 * the beginning of a secret is held back until it is known what follows.
 */
export class RedactingStream {
  #held: Piece = "";

  constructor(
    private readonly redactor: Redactor,
    private readonly write: (piece: Piece) => void,
  ) {}

  /** Takes the next piece and passes on what can hold no half of a secret. */
  push(piece: Piece): void {
    if (typeof piece === "string" && typeof this.#held === "string") {
      const [clean, rest] = this.redactor.split(this.#held + piece);
      this.#held = rest;
      if (clean !== "") this.write(clean);
      return;
    }
    const [clean, rest] = this.redactor.split(toLetters(this.#held) + toLetters(piece));
    this.#held = toBytes(rest);
    if (clean !== "") this.write(toBytes(clean));
  }

  /** Nothing follows: what is held back was no secret. */
  end(): void {
    if (this.#held.length > 0) this.write(this.#held);
    this.#held = "";
  }
}

/** One letter a byte. */
function toLetters(piece: Piece): string {
  return Buffer.from(piece as string).toString("latin1");
}

function toBytes(letters: string): Uint8Array {
  return Uint8Array.from(Buffer.from(letters, "latin1"));
}
