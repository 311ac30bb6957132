import { calcPrice } from "@pydantic/genai-prices";
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

test.each([
  ["openai", "gpt-5"],
  ["anthropic", "claude-sonnet-4-5"],
  ["google", "gemini-2.5-pro"],
  ["groq", "llama-3.3-70b-versatile"],
])("what is multiplied here is what the library says: %s/%s", async (provider, model) => {
  const price = await priceOf(provider, model);
  for (const input of [0, 1, 1000, 199_999, 200_000, 200_001, 500_000]) {
    for (const output of [0, 7, 300_000]) {
      for (const cached of [0, Math.floor(input / 2)]) {
        const usage = { input_tokens: input, output_tokens: output, ...(cached > 0 && { cache_read_tokens: cached }) };
        const expected = calcPrice(usage, model, { providerId: provider })?.total_price;
        expect(price.cost({ inputTokens: input, outputTokens: output, cachedTokens: cached })).toBeCloseTo(
          expected ?? -1,
          12,
        );
      }
    }
  }
});
