import { describe, expect, test } from "bun:test";
import type { Models } from "../../../src/contract/effects.ts";
import type { GenerateRequest, StreamEvent } from "../../../src/contract/provider.ts";
import { Redactor } from "../../../src/gate/index.ts";
import { cleanModels } from "../../../src/runtime/clean-models.ts";

const SECRET = "sk-very-secret-key";
const redactor = Redactor.of(new Map([["KEY", SECRET]])) as Redactor;
const REQUEST: GenerateRequest = { model: "m", messages: [] };
const FINISH = {
  ...{ type: "finish", usage: { inputTokens: 1, outputTokens: 1 }, finishReason: "stop", model: "m" },
} as const satisfies StreamEvent;

/** The pieces that come out where a provider gives these, and then ends or fails. */
async function piecesOf(events: readonly StreamEvent[], failure?: Error): Promise<StreamEvent[]> {
  const provider = {
    async *stream() {
      yield* events;
      if (failure !== undefined) throw failure;
    },
  };
  const models = cleanModels({ resolve: () => ({ provider }) } as unknown as Models, redactor);
  const got: StreamEvent[] = [];
  try {
    for await (const event of models.resolve("m").provider.stream(REQUEST, AbortSignal.timeout(1000))) got.push(event);
  } catch (error) {
    expect(error).toBe(failure as Error);
  }
  return got;
}

const text = (piece: string): StreamEvent => ({ type: "text", text: piece });

describe("models whose answers hold no secret", () => {
  test("a secret in pieces of any length is found, and nothing else is lost or changed", async () => {
    const whole = `The key is ${SECRET}, so to speak; s`;
    for (let length = 1; length < whole.length; length++) {
      const pieces = whole.match(new RegExp(`.{1,${length}}`, "g")) ?? [];
      const got = await piecesOf([...pieces.map(text), FINISH]);
      expect(got.at(-1)).toEqual(FINISH);
      expect(
        got
          .slice(0, -1)
          .map((event) => (event.type === "text" ? event.text : "?"))
          .join(""),
      ).toBe("The key is [redacted KEY], so to speak; s");
    }
  });

  test("what may be the beginning of one comes before whatever else comes, and before a failure", async () => {
    const thought: StreamEvent = { type: "thinking", text: "hm" };
    expect(await piecesOf([text("sk-"), thought, text("a sk"), FINISH])).toEqual([
      ...[text("sk-"), thought, text("a "), text("sk"), FINISH],
    ]);
    expect(await piecesOf([text("ask")], new Error("lost"))).toEqual([text("a"), text("sk")]);
    expect(await piecesOf([text("ask")])).toEqual([text("a"), text("sk")]);
  });

  test("a letter that comes in halves is whole", async () => {
    expect(await piecesOf([text("a\ud83d"), text("\ude00b"), text("\ud83d"), FINISH])).toEqual([
      ...[text("a"), text("😀b"), text("\ud83d"), FINISH],
    ]);
  });

  test("a secret in a tool call", async () => {
    const call = { id: "1", name: "tell", arguments: { what: SECRET } };
    expect(await piecesOf([{ type: "tool-call", call }])).toEqual([
      { type: "tool-call", call: { ...call, arguments: { what: "[redacted KEY]" } } },
    ]);
  });
});
