import type { CallContext } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { FinishReason, GenerateRequest, Provider, StreamEvent, ToolCall, Usage } from "../../contract/provider.ts";
import type { Value } from "../../contract/value.ts";
import { answerValue, chargeFor, lettersOf } from "./answer-value.ts";

/**
 * Letters that are taken for a token while an answer is under way. More than in most texts, so that the
 * provider's own count, which comes at the end, is seldom below what was charged by then.
 */
const LETTERS_A_TOKEN_SO_FAR = 6;

/**
 * An answer that arrives in pieces. Nothing is asked of the provider before the script asks for the next
 * piece, so a slow script holds one piece at a time. Tokens are charged as they arrive: a script that closes
 * the stream before its end has paid for what it read.
 */
export class AnswerStream {
  readonly #controller = new AbortController();
  readonly #events: AsyncIterator<StreamEvent>;
  readonly #provider: string;
  readonly #inputLetters: number;
  #text = "";
  #thinking = "";
  #toolCalls: ToolCall[] = [];
  #usage: Usage = { inputTokens: 0, outputTokens: 0 };
  #finishReason: FinishReason = "other";
  #model: string;
  #charged = 0;
  #failure: unknown;

  constructor(provider: Provider, request: GenerateRequest) {
    this.#provider = provider.id;
    this.#model = request.model;
    this.#inputLetters = lettersOf(request);
    this.#events = provider.stream(request, this.#controller.signal)[Symbol.asyncIterator]();
  }

  /** The next piece for the script; undefined at the end. Cancelling the wait ends the stream. */
  async next(call: CallContext): Promise<Exclude<StreamEvent, { type: "finish" }> | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    const cancel = (): void => this.#controller.abort(call.signal.reason);
    if (call.signal.aborted) cancel();
    call.signal.addEventListener("abort", cancel, { once: true });
    try {
      for (;;) {
        const { done, value: event } = await this.#events.next();
        if (done === true) return undefined;
        this.#take(event, call);
        if (event.type !== "finish") return event;
      }
    } catch (error) {
      this.#failure = error;
      this.close();
      throw error;
    } finally {
      call.signal.removeEventListener("abort", cancel);
    }
  }

  /** Reads what is left and gives the whole answer, pieces that were read before included. */
  async result(call: CallContext): Promise<Value> {
    while ((await this.next(call)) !== undefined);
    return answerValue(
      {
        text: this.#text,
        thinking: this.#thinking,
        toolCalls: this.#toolCalls,
        usage: this.#usage,
        finishReason: this.#finishReason,
        model: this.#model,
      },
      this.#provider,
    );
  }

  /** Charges what is sent, before the answer begins. */
  begin(call: CallContext): void {
    this.#charge(Math.floor(this.#inputLetters / LETTERS_A_TOKEN_SO_FAR), call);
  }

  /** Ends the request and closes its connection, where that is still open. */
  close(): void {
    this.#failure ??= new SpellError("script.handle-closed", "The stream is closed");
    this.#controller.abort(new SpellError("call.cancelled", "The stream was closed"));
    // A generator that waits for its provider ends by the signal; one that does not runs its finally now.
    void Promise.resolve(this.#events.return?.()).catch(() => {});
  }

  #take(event: StreamEvent, call: CallContext): void {
    switch (event.type) {
      case "text":
        this.#text += event.text;
        break;
      case "thinking":
        this.#thinking += event.text;
        break;
      case "tool-call":
        this.#toolCalls.push(event.call);
        break;
      case "finish":
        this.#usage = event.usage;
        this.#finishReason = event.finishReason;
        this.#model = event.model;
        this.#charge(chargeFor(event.usage, this.#inputLetters, this.#outputLetters()), call);
        return;
    }
    this.#charge(Math.floor((this.#inputLetters + this.#outputLetters()) / LETTERS_A_TOKEN_SO_FAR), call);
  }

  #outputLetters(): number {
    return this.#text.length + this.#thinking.length;
  }

  /** Charges up to a total. */
  #charge(total: number, call: CallContext): void {
    const more = total - this.#charged;
    if (more <= 0) return;
    this.#charged = total;
    call.useTokens(more);
  }
}
