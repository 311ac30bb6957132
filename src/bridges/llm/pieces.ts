import type { CallContext } from "../../contract/bridge.ts";
import type { StreamEvent } from "../../contract/provider.ts";
import { isValueMap, type FunctionHandle, type Value, type ValueMap } from "../../contract/value.ts";
import type { AnswerStream } from "./answer-stream.ts";
import { costValue, usageValue, type Cost } from "./answer-value.ts";

/** A provider's event as the pieces that scripts get; the last event is two of them. */
export function piecesOf(event: StreamEvent, cost: () => Cost): readonly Value[] {
  switch (event.type) {
    case "text":
    case "thinking":
      return [{ type: event.type, text: event.text }];
    case "tool-call": {
      const { id, name, arguments: given } = event.call;
      return [{ type: event.type, id, name, arguments: given }];
    }
    case "finish":
      return [
        { type: "usage", usage: usageValue(event.usage), cost: costValue(cost()) },
        { type: "finish", finishReason: event.finishReason, model: event.model },
      ];
  }
}

/** Functions of the script that are called with what arrives. */
export interface Listeners {
  readonly onText?: FunctionHandle | undefined;
  readonly onEvent?: FunctionHandle | undefined;
}

/** Reads a stream to its end and tells the script's functions of it, one piece after the other. */
export async function tell(stream: AnswerStream, { onText, onEvent }: Listeners, call: CallContext): Promise<void> {
  try {
    for (let event = await stream.next(call); event !== undefined; event = await stream.next(call)) {
      if (onText !== undefined && event.type === "text") await call.callback(onText, [event.text]);
      if (onEvent === undefined) continue;
      for (const piece of piecesOf(event, () => stream.cost())) await call.callback(onEvent, [named(piece, call)]);
    }
  } catch (error) {
    stream.close();
    throw error;
  }
}

/** Tells the script's functions of an answer that was there at once. */
export async function tellWhole(answer: ValueMap, { onText, onEvent }: Listeners, call: CallContext): Promise<void> {
  const text = answer["text"] ?? "";
  if (onText !== undefined) await call.callback(onText, [text]);
  if (onEvent === undefined) return;
  const { finishReason = null, model = null } = answer;
  await call.callback(onEvent, [{ type: "text", text }]);
  await call.callback(onEvent, [named({ type: "finish", finishReason, model }, call)]);
}

/** A piece as the script's language names its keys: answers are renamed by the gate, arguments of callbacks are not. */
function named(piece: Value, { run }: Pick<CallContext, "run">): Value {
  if (run.naming === "camel" || !isValueMap(piece)) return piece;
  const entries = Object.entries(piece).map(([key, item]) => {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return [name, key === "arguments" || !isValueMap(item) ? item : named(item, { run })] as const;
  });
  return Object.fromEntries(entries);
}

/** A stream as a script walks through it. */
export class PieceReader {
  readonly #pending: Value[] = [];

  /** With `events`, usage and finish are pieces too. */
  constructor(
    readonly stream: AnswerStream,
    private readonly events: boolean,
  ) {}

  /** One step; nothing is asked of the provider before it. */
  async step(call: CallContext): Promise<Value> {
    for (;;) {
      const piece = this.#pending.shift();
      if (piece !== undefined) return { done: false, value: piece };
      const event = await this.stream.next(call);
      if (event === undefined) return { done: true };
      if (event.type === "finish" && !this.events) continue;
      this.#pending.push(...piecesOf(event, () => this.stream.cost()));
    }
  }
}
