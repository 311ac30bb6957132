import { SpellError, toFailure, type Failure } from "../contract/errors.ts";
import { RedactingStream, type Redactor } from "../gate/index.ts";

type Stream = "stdout" | "stderr";

/** What a spell prints, on its way to the person: no more than limits.output, and without secrets. */
export class SpellOutput {
  /** How much it printed, in bytes, what was cut off included. */
  bytes = 0;
  readonly #clean: { stdout?: RedactingStream; stderr?: RedactingStream } = {};

  constructor(
    private readonly limit: number,
    private readonly redactor: Redactor | undefined,
    private readonly write: (stream: Stream, text: string | Uint8Array) => void,
  ) {}

  /** Passes a piece on, as far as there is room; answers the failure when there is none left. */
  push(stream: Stream, text: string | Uint8Array): Failure | undefined {
    if (this.bytes > this.limit) return undefined;
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    const room = this.limit - this.bytes;
    this.bytes += bytes.length;
    this.#print(stream, bytes.length <= room ? text : bytes.subarray(0, room));
    return bytes.length <= room ? undefined : toFailure(this.#tooMuch());
  }

  /** So many bytes are printed by somebody else, as lines of the log; throws `limit.output` where there is no room. */
  claim(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes <= this.limit) return;
    throw this.#tooMuch();
  }

  #tooMuch(): SpellError {
    return new SpellError("limit.output", `The spell printed more than limits.output = ${this.limit} bytes`, {
      details: { limit: "output", value: this.limit },
    });
  }

  #print(stream: Stream, text: string | Uint8Array): void {
    if (this.redactor === undefined) return this.write(stream, text);
    this.#clean[stream] ??= new RedactingStream(this.redactor, (piece) => this.write(stream, piece));
    this.#clean[stream].push(text);
  }

  /** Nothing follows: what was held back is passed on. */
  end(): void {
    this.#clean.stdout?.end();
    this.#clean.stderr?.end();
  }
}
