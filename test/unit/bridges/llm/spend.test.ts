import { expect, test } from "bun:test";
import type { Generation } from "../../../../src/contract/provider.ts";
import { openLlm as open } from "../open-llm.ts";

const ANSWER: Generation = {
  text: "12345678",
  thinking: "",
  toolCalls: [],
  usage: { inputTokens: 0, outputTokens: 0 },
  finishReason: "stop",
  model: "m",
};

test("a count that the provider left out is estimated, though it gave the other", async () => {
  const usage = { inputTokens: 100, outputTokens: 0 };
  const { call, charged } = await open({ provider: { generate: async () => ({ ...ANSWER, usage }) } });
  await call("complete", { prompt: "1234" });
  expect(charged).toEqual([102]);
});
