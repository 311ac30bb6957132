import type { CallContext } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { FinishEvent, Generation, Provider, StreamEvent, ToolCall } from "../../contract/provider.ts";
import type { ValueMap } from "../../contract/value.ts";
import { answerValue, type Cost } from "./answer-value.ts";
import { withReceived } from "./received.ts";
import type { PaidCall } from "./spend.ts";

/**
 * Letters that are taken for a token while an answer is under way. More than in most texts, so that the
 * provider's own count, which comes at the end, is seldom below what was charged by then.
 */
const LETTERS_A_TOKEN_SO_FAR = 6;

/**
 * An answer that arrives in pieces. Nothing is asked of the provider before the script asks for the next
 * piece, so a slow script holds one piece at a time. The worst case is put aside when it is opened; a script that
 * closes the stream before its end has paid for what it read.
 */
export class AnswerStream {
  readonly #controller = new AbortController();
  readonly #events: AsyncIterator<StreamEvent>;
  readonly #provider: string;
  readonly #paid: PaidCall;
  #text = "";
  #thinking = "";
  #toolCalls: ToolCall[] = [];
  #end: Omit<FinishEvent, "type">;
  #failure: unknown;

  /** `explain` may say more of what went wrong. */
  constructor(
    provider: Provider,
    paid: PaidCall,
    private readonly explain: (error: unknown) => Promise<unknown>,
  ) {
    this.#provider = provider.id;
    const usage = { inputTokens: 0, outputTokens: 0 };
    this.#end = { usage, finishReason: "other", model: paid.request.model };
    this.#paid = paid;
    this.#events = provider.stream(paid.request, this.#controller.signal)[Symbol.asyncIterator]();
  }

  /** The next piece; undefined at the end. Cancelling the wait ends the stream. */
  async next(call: Pick<CallContext, "signal">): Promise<StreamEvent | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    const cancel = (): void => {
      this.#paid.abandon(this.#outputLetters());
      this.#controller.abort(call.signal.reason);
    };
    if (call.signal.aborted) cancel();
    call.signal.addEventListener("abort", cancel, { once: true });
    try {
      const { done, value: event } = await this.#events.next();
      if (done === true) return undefined;
      this.#take(event);
      return event;
    } catch (error) {
      this.#failure = withReceived(await this.explain(error), this.#text, this.#thinking);
      this.close();
      throw this.#failure;
    } finally {
      call.signal.removeEventListener("abort", cancel);
    }
  }

  /** Reads what is left and gives the whole answer, pieces that were read before included. */
  async result(call: Pick<CallContext, "signal">): Promise<ValueMap> {
    while ((await this.next(call)) !== undefined);
    const answer: Generation = {
      ...this.#end,
      text: this.#text,
      thinking: this.#thinking,
      toolCalls: this.#toolCalls,
    };
    return answerValue(answer, this.#provider, this.cost());
  }

  /** What it has cost; known once it has ended. */
  cost(): Cost {
    return this.#paid.settle(this.#end.usage, this.#outputLetters());
  }

  /** Ends the request and closes its connection, where that is still open. */
  close(): void {
    this.#failure ??= new SpellError("script.handle-closed", "The stream is closed");
    this.#paid.abandon(this.#outputLetters());
    this.#controller.abort(new SpellError("call.cancelled", "The stream was closed"));
    // A generator that waits for its provider ends by the signal; one that does not runs its finally now.
    void Promise.resolve(this.#events.return?.()).catch(() => {});
  }

  #take(event: StreamEvent): void {
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
        this.#end = event;
        this.cost();
        return;
    }
    // A provider that gives more than it was asked for is not paid from what others have put aside.
    if (Math.floor(this.#outputLetters() / LETTERS_A_TOKEN_SO_FAR) <= this.#paid.tokens) return;
    throw new SpellError(
      "limit.tokens",
      `The answer has more tokens than the ${this.#paid.tokens} that were put aside for it`,
    );
  }

  #outputLetters(): number {
    return this.#text.length + this.#thinking.length;
  }
}
