import type { CallContext } from "../../../contract/bridge.ts";
import { isValueMap, type ResourceHandle, type Value, type ValueMap } from "../../../contract/value.ts";
import type { PieceReader } from "../pieces.ts";
import type { ObjectQuestion } from "./ask-object.ts";
import { readPartialJson } from "./complete-json.ts";

/** By which part a text must have grown to be read again, so that all readings together take time in proportion to it. */
const GROWTH = 50;

/** An object that arrives in pieces: what is there of it so far, again and again, and at last the whole, checked. */
export class ObjectStream {
  #text = "";
  #read = 0;
  #shown = "";
  #result: ValueMap | undefined;
  #isOver = false;

  constructor(
    private readonly question: ObjectQuestion,
    private readonly pieces: PieceReader,
    /** The stream that the pieces come from. */
    readonly handle: ResourceHandle,
  ) {}

  /** The next state of the object; undefined after the checked one. */
  async next(call: CallContext): Promise<{ readonly value: Value } | undefined> {
    if (this.#isOver) return undefined;
    for (;;) {
      const step = await this.pieces.step(call);
      const piece = isValueMap(step) && isValueMap(step["value"]) ? step["value"] : undefined;
      if (piece === undefined) break;
      if (piece["type"] !== "text") continue;
      this.#text += String(piece["text"]);
      const part = this.#part();
      if (part !== undefined) return { value: part };
    }
    const { value = null } = await this.result(call);
    this.#isOver = true;
    return { value };
  }

  /** The whole answer, as llm.object gives it. */
  async result(call: CallContext): Promise<ValueMap> {
    if (this.#result !== undefined) return this.#result;
    const answer = await this.pieces.stream.result(call);
    this.#result = (await this.question.take(answer)) ?? (await this.question.ask(call));
    return this.#result;
  }

  /** What is there by now, where that is more than before. */
  #part(): Value | undefined {
    if (this.#text.length < this.#read + Math.max(1, Math.floor(this.#read / GROWTH))) return undefined;
    this.#read = this.#text.length;
    const read = readPartialJson(this.#text);
    const part = read === undefined ? undefined : this.question.plan.target.part(read, this.question.isNative);
    if (part === undefined) return undefined;
    const shown = JSON.stringify(part, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    if (shown === this.#shown) return undefined;
    this.#shown = shown;
    return part;
  }
}
