import { describe, expect, test } from "bun:test";
import { countTokens } from "../../../src/providers/tokens.ts";

describe("countTokens", () => {
  for (const [model, tokens, exact] of [
    ["openai/gpt-5", 2, true],
    ["openai/gpt-4o-mini", 2, true],
    ["openai/gpt-4", 2, true],
    ["openai/something-new", 2, false],
    ["anthropic/claude-sonnet-5", 2, false],
    ["openrouter/openai/gpt-5", 2, false],
    [undefined, 2, false],
    ["mock/helper", 4, true],
  ] as const) {
    test(String(model), async () => {
      expect(await countTokens("hello world", model)).toEqual({ tokens, exact });
    });
  }

  test("encodings differ", async () => {
    const text = "Überschrift größer 日本語";
    const counts = await Promise.all(["openai/gpt-5", "openai/gpt-4"].map((model) => countTokens(text, model)));
    expect(counts[0]?.tokens).not.toBe(counts[1]?.tokens);
  });

  test("special tokens are text", async () => {
    expect((await countTokens("<|endoftext|><|im_start|>", "openai/gpt-5")).tokens).toBeGreaterThan(6);
  });

  test("an empty text has none", async () => {
    expect(await countTokens("", "openai/gpt-5")).toEqual({ tokens: 0, exact: true });
  });

  // The tokenizer alone takes 36 s for 50,000 of these; the test's own time limit is the check.
  test("long runs are counted in slices", async () => {
    for (const sign of ["日", "a", " ", "!", "é"]) {
      const { tokens, exact } = await countTokens(sign.repeat(300_000), "openai/gpt-5");
      expect(tokens).toBeGreaterThan(100);
      expect(exact).toBe(false);
    }
  });
});
