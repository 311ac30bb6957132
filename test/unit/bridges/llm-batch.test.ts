import { describe, expect, test } from "bun:test";
import type { ValueMap } from "../../../src/contract/value.ts";
import { openLlm as open } from "./open-llm.ts";

describe("batches", () => {
  test("are handed over, looked at and fetched in the order of the questions", async () => {
    const { call } = await open();
    const questions = ["Say one", [{ role: "user", content: "Say two" }]];
    const state = { id: "mock/batch-1", status: "done", total: 2, succeeded: 2, failed: 0 };
    expect(await call("batch", { questions, options: { maxTokens: 10 } })).toEqual(state);
    expect(await call("batchState", { id: "mock/batch-1" })).toEqual(state);
    const results = (await call("batchResults", { id: "mock/batch-1" })) as readonly ValueMap[];
    expect(results).toMatchObject([{ answer: { text: "one" } }, { answer: { text: "two" } }]);
    expect(await call("batchCancel", { id: "mock/batch-1" })).toEqual(state);
  });

  test("tell which questions failed", async () => {
    const { call } = await open({ script: [{ text: "a" }, { fault: "server" }] });
    await call("batch", { questions: ["x", "y"] });
    const results = (await call("batchResults", { id: "mock/batch-1" })) as readonly ValueMap[];
    expect(results[0]).toMatchObject({ answer: { text: "a" } });
    expect(results[1]?.["error"]).toBeString();
    expect(await call("batchState", { id: "mock/batch-1" })).toMatchObject({ succeeded: 1, failed: 1 });
  });

  test("are charged at their worst, and refused where that is too much, without waiting for themselves", async () => {
    const { call, charged } = await open({ tokenLimit: 100 });
    const [questions, options] = [["a", "b"], { maxTokens: 10 }];
    await call("batch", { questions, options });
    expect(charged[0]).toBeGreaterThanOrEqual(22);
    const many = Array.from({ length: 10 }, () => "a");
    await expect(call("batch", { questions: many, options })).rejects.toMatchObject({ code: "limit.tokens" });
  });

  test("that nobody knows, and providers without them, are errors", async () => {
    const { call } = await open();
    await expect(call("batchState", { id: "mock/none" })).rejects.toMatchObject({ code: "provider.batch" });
    const none = await open({ provider: { batches: undefined as never } });
    await expect(none.call("batch", { questions: ["x"] })).rejects.toMatchObject({ code: "provider.unsupported" });
  });

  test("of providers that are not granted are out of reach", async () => {
    const { call } = await open({ grant: { models: ["other/*"] } });
    for (const name of ["batchState", "batchResults", "batchCancel"] as const) {
      await expect(call(name, { id: "mock/batch-1" })).rejects.toMatchObject({ code: "grant.rule" });
    }
  });
});

describe("moderation", () => {
  test("says what a provider thinks of each text", async () => {
    const { call } = await open();
    expect(await call("moderate", { texts: ["A wren sings", "I will attack you"] })).toMatchObject({
      provider: "mock",
      results: [
        { flagged: false, categories: [] },
        { flagged: true, categories: ["violence"], scores: { violence: 0.9 } },
      ],
    });
    expect(await call("moderate", { texts: "kill" })).toMatchObject({ results: [{ flagged: true }] });
  });

  test("is an error where the provider has none", async () => {
    const { call } = await open({ provider: { moderate: undefined as never } });
    await expect(call("moderate", { texts: "x" })).rejects.toMatchObject({ code: "provider.unsupported" });
  });

  test("needs a model of the provider to be granted", async () => {
    const { call } = await open({ grant: { models: ["other/*"] } });
    await expect(call("moderate", { texts: "x" })).rejects.toMatchObject({ code: "grant.rule" });
  });
});

test("vectors of as many numbers as are asked for", async () => {
  const { call } = await open();
  const { vectors } = (await call("embed", { texts: ["a"], options: { dimensions: 8 } })) as { vectors: unknown[][] };
  expect(vectors[0]).toHaveLength(8);
});
