import type { CallContext } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { NetworkResponse } from "../../contract/network.ts";

/** One event of a server. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Server-sent events, as the HTML standard has them, but for connecting again: a stream that ends has ended. */
export class EventStream {
  readonly #controller = new AbortController();
  readonly #decoder = new TextDecoder();
  #response: NetworkResponse | undefined;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #lines: string[] = [];
  /** What came of a line that has no end yet. */
  #partial = "";
  #data: string[] = [];
  #size = 0;
  #event = "";
  #id = "";
  #failure: unknown;

  /** `maxBytes`: of one event. */
  constructor(private readonly maxBytes: number) {}

  /** Ends the request wherever it is. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Begins to read an answer. */
  read(response: NetworkResponse): void {
    this.#response = response;
    this.#chunks = response.chunks[Symbol.asyncIterator]();
  }

  /** The next event; undefined at the end. Cancelling the wait ends the stream. */
  async next(call: CallContext): Promise<ServerEvent | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    const cancel = () => this.cancel(call.signal.reason);
    if (call.signal.aborted) cancel();
    call.signal.addEventListener("abort", cancel, { once: true });
    try {
      for (;;) {
        for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
          const event = this.#take(line);
          if (event !== undefined) return event;
        }
        if (!(await this.#more())) return undefined;
      }
    } catch (error) {
      this.#failure = error;
      this.close();
      throw error;
    } finally {
      call.signal.removeEventListener("abort", cancel);
    }
  }

  async #more(): Promise<boolean> {
    const { done, value } = (await this.#chunks?.next()) ?? { done: true, value: undefined };
    if (done === true || value === undefined) return false;
    const text = this.#partial + this.#decoder.decode(value, { stream: true });
    // A carriage return at the end may be half of a line's end.
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    const lines = text.slice(0, end).split(/\r\n|\n|\r/);
    this.#partial = (lines.pop() ?? "") + text.slice(end);
    if (this.#partial.length > this.maxBytes) throw this.#tooLarge();
    this.#lines = lines;
    return true;
  }

  #take(line: string): ServerEvent | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "data") {
      this.#size += value.length + 1;
      if (this.#size > this.maxBytes) throw this.#tooLarge();
      this.#data.push(value);
    }
    return undefined;
  }

  #dispatch(): ServerEvent | undefined {
    const [data, event] = [this.#data, this.#event];
    this.#data = [];
    this.#event = "";
    this.#size = 0;
    return data.length === 0 ? undefined : { event: event || "message", data: data.join("\n"), id: this.#id };
  }

  #tooLarge(): SpellError {
    return new SpellError("http.too-large", `An event is larger than maxBytes = ${this.maxBytes}`);
  }

  /** Ends the request before its answer is there. */
  cancel(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Ends the stream and its connection. */
  close(): void {
    this.#failure ??= new SpellError("script.handle-closed", "The stream of events is closed");
    this.#response?.close();
    this.#controller.abort(new SpellError("call.cancelled", "The stream of events was closed"));
  }
}
