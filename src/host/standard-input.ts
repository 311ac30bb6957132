import { SpellError } from "../contract/errors.ts";

/** Standard input, opened when it is first asked for, so that a spell that reads nothing never waits for it. */
export class StandardInput {
  #reader: ReturnType<typeof openReader> | undefined;
  #pending = new Uint8Array(0);
  #ended = false;

  /** `maxBytes`: how much is read in all. */
  constructor(private readonly maxBytes: number) {}

  /** All that is left of it. */
  async readAll(): Promise<Uint8Array> {
    while (await this.#more()) {
      // until its end
    }
    const all = this.#pending;
    this.#pending = new Uint8Array(0);
    return all;
  }

  /** The next line without its newline; null at the end. */
  async readLine(signal: AbortSignal): Promise<string | null> {
    for (;;) {
      signal.throwIfAborted();
      const end = this.#pending.indexOf(10);
      if (end >= 0) return this.#take(end, end + 1);
      if (!(await this.#more())) break;
    }
    return this.#pending.length === 0 ? null : this.#take(this.#pending.length, this.#pending.length);
  }

  #take(end: number, next: number): string {
    const line = new TextDecoder().decode(this.#pending.subarray(0, end)).replace(/\r$/, "");
    this.#pending = this.#pending.slice(next);
    return line;
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    this.#reader ??= openReader();
    const { value, done } = await this.#reader.read();
    if (done) {
      this.#ended = true;
      return false;
    }
    if (this.#pending.length + value.length > this.maxBytes) {
      throw new SpellError("limit.input", `Standard input is larger than limits.input = ${this.maxBytes} bytes`, {
        details: { limit: "input", value: this.maxBytes },
      });
    }
    const both = new Uint8Array(this.#pending.length + value.length);
    both.set(this.#pending);
    both.set(value, this.#pending.length);
    this.#pending = both;
    return true;
  }

  /** Lets go of it, so that waiting for input does not keep the process. */
  close(): void {
    void this.#reader?.cancel().catch(() => {});
  }
}

function openReader() {
  return Bun.stdin.stream().getReader();
}
