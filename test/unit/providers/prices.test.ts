import { expect, test } from "bun:test";
import { priceOf } from "../../../src/providers/prices.ts";

test("tokens from the cache cost less, and those written to it more", async () => {
  const price = await priceOf("anthropic", "claude-sonnet-5");
  expect(price).toMatchObject({
    known: true,
    asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
    contextLength: 1_000_000,
  });
  const cost = (more: object) => price.cost({ inputTokens: 1_000_000, outputTokens: 0, ...more });
  expect(cost({ cachedTokens: 1_000_000 })).toBeLessThan(cost({}) / 2);
  expect(cost({ cacheWriteTokens: 1_000_000 })).toBeGreaterThan(cost({}));
});

test("a model that nobody knows costs nobody knows what, and one of one's own machine nothing", async () => {
  expect(await priceOf("openai", "no-such-model")).toMatchObject({ known: false });
  const free = await priceOf(undefined, "llama3.2");
  expect([free.known, free.cost({ inputTokens: 1e6, outputTokens: 1e6 })]).toEqual([true, 0]);
});
