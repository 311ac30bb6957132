import { describe, expect, test } from "bun:test";
import { openLlm as open } from "../open-llm.ts";

const schema = {
  type: "object",
  properties: { id: { type: "integer", maximum: 9223372036854775807n } },
  required: ["id"],
};
const messages = [
  { role: "user", content: "Say hi" },
  { role: "assistant", content: [{ type: "tool-call", id: "1", name: "add", arguments: { id: 9007199254740993n } }] },
  { role: "tool", content: [{ type: "tool-result", id: "1", text: "3" }] },
];

describe("integers of 64 bits", () => {
  test("stand in schemas and tools", async () => {
    const { call } = await open();
    const tools = [{ name: "add", description: "Adds", parameters: schema }];
    for (const options of [{ schema }, { tools }, { schema, cache: true }]) {
      expect(await call("complete", { prompt: "hi", options })).toMatchObject({ finishReason: "stop" });
    }
  });

  test("stand in the arguments of calls", async () => {
    const { call } = await open();
    expect(await call("chat", { messages })).toMatchObject({ text: "The tool add answered: 3" });
  });

  test("are counted as text", async () => {
    const { call } = await open();
    const { tokens } = (await call("countTokens", { text: messages })) as unknown as { tokens: number };
    expect(tokens).toBeGreaterThan(10);
  });
});
