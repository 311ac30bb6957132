import { expect, test } from "bun:test";
import { withNearestModel } from "../../../../src/bridges/llm/unknown-model.ts";
import type { CallContext } from "../../../../src/contract/bridge.ts";
import { SpellError } from "../../../../src/contract/errors.ts";

const models = ["openai/gpt-5-mini", "openai/gpt-5-nano"].map((name) => ({ name }));
const call = { effects: { facts: { catalogue: async () => ({ models, sources: [] }) } } } as unknown as CallContext;
const refused = new SpellError("provider.model", "It is not offered", { details: { status: 404 } });

test("a mistyped model is told of with the nearest", async () => {
  expect(await withNearestModel(refused, "openai/gpt-5-mimi", call)).toMatchObject({
    message: 'It is not offered; did you mean "openai/gpt-5-mini"?',
    details: { status: 404, nearest: "openai/gpt-5-mini" },
  });
});

test("a known model that a server does not offer is not mistyped", async () => {
  expect(await withNearestModel(refused, "openai/gpt-5-mini", call)).toBe(refused);
});
