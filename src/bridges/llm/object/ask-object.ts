import type { CallContext } from "../../../contract/bridge.ts";
import { SpellError } from "../../../contract/errors.ts";
import { Float, fromFloat, isValueMap, type Value, type ValueMap } from "../../../contract/value.ts";
import { describeErrors, errorValues } from "../../schema/index.ts";
import { writeJson } from "../../../contract/json-text.ts";
import type { AnswerFormat } from "./extract.ts";
import type { Reading, Target } from "./target.ts";

/** How an object is asked for, besides the options that go to the model as they are. */
export interface AskPlan {
  readonly target: Target;
  readonly tries: number;
  readonly mode: "auto" | "native" | "prompt";
  readonly format: AnswerFormat;
  /** The options of each question. */
  readonly options: ValueMap;
}

/** One answer of the model, and what was made of it. */
interface Try {
  readonly answer: ValueMap;
  readonly reading: Reading;
}

/** How long the text of an answer may be that goes back to the model or into an error. */
const MAX_SHOWN = 32 * 1024;

/** An object that is being asked for: the conversation so far, and what it has cost. */
export class ObjectQuestion {
  #messages: readonly Value[];
  readonly #answers: ValueMap[] = [];
  #parts = 0;
  isNative: boolean;

  constructor(
    prompt: string | readonly Value[],
    readonly plan: AskPlan,
  ) {
    this.#messages = typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
    this.isNative = plan.mode !== "prompt" && plan.format === "json" && plan.target.native !== undefined;
    if (plan.mode === "native" && !this.isNative) {
      const why =
        plan.format === "json"
          ? "its schema is no object, and has references"
          : `it is asked for as ${plan.format.toUpperCase()}`;
      throw new SpellError("call.arguments", `llm.object: mode is "native", and ${why}`);
    }
  }

  /** Asks until an answer fits. Rejects with `answer.schema`, or with what the model's provider says. */
  async ask(call: CallContext): Promise<ValueMap> {
    for (;;) {
      const answer = await this.#answer("chat", call);
      const done = await this.take(answer as ValueMap);
      if (done !== undefined) return done;
    }
  }

  /** Opens the first answer as a stream. */
  stream(call: CallContext): Promise<Value> {
    return this.#answer("stream", call);
  }

  /** Reads an answer; undefined where it has to be asked again. Throws `answer.schema` after the last try. */
  async take(answer: ValueMap): Promise<ValueMap | undefined> {
    const { target, format, tries } = this.plan;
    this.#answers.push(answer);
    const text = String(answer["text"] ?? "");
    const reading = await target.read(text, format, this.isNative, answer["finishReason"] !== "length");
    if (reading.errors.length === 0) return this.#result({ answer, reading });
    if (this.#answers.length >= tries || answer["finishReason"] === "refusal") throw this.#failure({ answer, reading });
    const again = `That does not fit: ${describeErrors(reading.errors)}.\n\n${instructions(target.schema, format)}`;
    this.#messages = [
      ...this.#messages,
      { role: "assistant", content: text === "" ? "(nothing)" : text.slice(0, MAX_SHOWN) },
      { role: "user", content: again },
    ];
    return undefined;
  }

  async #answer(name: "chat" | "stream", call: CallContext): Promise<Value> {
    const send = () =>
      call.within(String(++this.#parts), ["llm", name], [this.#messages, this.#options()], call.signal);
    if (!this.isNative || this.plan.mode === "native") return send();
    try {
      return await send();
    } catch (error) {
      // A server that has no such mode says so in one of these ways.
      const code = codeOf(error);
      if (code !== "provider.unsupported" && code !== "provider.request") throw error;
      this.isNative = false;
      return send();
    }
  }

  #options(): ValueMap {
    const { options, target, format } = this.plan;
    if (this.isNative && target.native !== undefined) return { ...options, schema: target.native };
    const told = instructions(target.schema, format);
    const { system } = options;
    if (Array.isArray(system))
      return { ...options, system: [...(system as readonly Value[]), { type: "text", text: told }] };
    return { ...options, system: typeof system === "string" ? `${system}\n\n${told}` : told };
  }

  #result({ answer, reading }: Try): ValueMap {
    const { text, model, provider, finishReason } = answer;
    return {
      value: reading.value ?? null,
      ...{ text: text ?? "", model: model ?? "", provider: provider ?? "", finishReason: finishReason ?? "other" },
      tries: this.#answers.length,
      mode: this.isNative ? "native" : "prompt",
      ...this.#spent(),
      ...(reading.repaired && { repaired: true }),
      ...(reading.changes.length > 0 && { changes: reading.changes }),
    };
  }

  #failure({ answer, reading }: Try): SpellError {
    const many = this.#answers.length === 1 ? "1 try" : `${this.#answers.length} tries`;
    const why =
      answer["finishReason"] === "refusal"
        ? "the model refused"
        : `${describeErrors(reading.errors)}${answer["finishReason"] === "length" ? " (it was cut off: maxTokens is too low)" : ""}`;
    return new SpellError("answer.schema", `The answer does not fit the schema after ${many}: ${why}`, {
      details: {
        text: String(answer["text"] ?? "").slice(0, MAX_SHOWN),
        errors: errorValues(reading.errors),
        tries: this.#answers.length,
        model: answer["model"] ?? "",
        ...this.#spent(),
      },
    });
  }

  /** What all tries took. */
  #spent(): { readonly usage: ValueMap; readonly cost: ValueMap } {
    const costs = this.#answers.map(({ cost }) => (isValueMap(cost) ? cost : {}));
    const asOf = costs.at(-1)?.["asOf"];
    const usage: Record<string, Value> = {};
    for (const { usage: each } of this.#answers) {
      for (const [name, count] of Object.entries(isValueMap(each) ? each : {}))
        usage[name] = numberOf(usage[name]) + numberOf(count);
    }
    const usd = costs.reduce((sum, cost) => sum + numberOf(cost["usd"]), 0);
    const known = costs.every((cost) => cost["known"] === true);
    return { usage, cost: { usd: fromFloat(usd), known, ...(asOf !== undefined && { asOf }) } };
  }
}

function numberOf(value: Value | undefined): number {
  return value instanceof Float ? value.value : typeof value === "number" ? value : 0;
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

/** What a model is told that has no mode for it. */
function instructions(schema: ValueMap, format: AnswerFormat): string {
  const how: Readonly<Record<AnswerFormat, string>> = {
    json: "Answer with JSON only, without a word before or after it.",
    yaml: "Answer with YAML only, in a fence of three backticks.",
    xml: "Answer with XML only: one root element, an element for each property, and one for each item of a list under the list's name. No attributes.",
  };
  return `${how[format]} It must fit this JSON Schema:\n${writeJson(schema)}`;
}
