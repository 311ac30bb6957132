import { expect, test } from "bun:test";
import { ModelCatalogue } from "../../../src/runtime/models.ts";
import { keyFault, providerKey } from "../../../src/runtime/provider-key.ts";

/** The models of a process with one key in its environment; nothing answers it. */
function modelsWith(key: string): ModelCatalogue {
  return new ModelCatalogue({
    environment: (name) => (name === "OPENAI_API_KEY" ? key : undefined),
    model: undefined,
    mockScript: undefined,
    timeouts: { firstByte: 20_000, chunk: 20_000 },
    maxRetries: 0,
    fetch: (() => Promise.reject(new Error("Nothing is to be asked"))) as unknown as typeof fetch,
    portAnswers: async () => false,
    onMock: () => {},
  });
}

const FAULTS = [
  ["sk-abc\ndefghijkl", "a line break"],
  ["“sk-abcdefghijkl”", "typographic quotation marks"],
  ["sk-abc\u0007defghijkl", "a control character"],
  ["sk-äbcdefghijkl", "a character beyond ASCII"],
] as const;

test.each(FAULTS)("the key %j has something in it that cannot be sent", (key, fault) => {
  expect(keyFault(key)).toBe(fault);
  const models = modelsWith(key);
  expect(() => models.resolve("openai/m")).toThrow(`The key in OPENAI_API_KEY has ${fault} in it, and cannot be sent`);
  const state = models.providers().find(({ id }) => id === "openai");
  expect(state).toMatchObject({ usable: false, reason: `the key in OPENAI_API_KEY has ${fault} in it` });
  // What would be asked can still be said.
  expect(models.defaultName()).toBe("openai/gpt-5-mini");
});

test.each([" ", "\n", "\t \r\n"])("the key %j is not set", (key) => {
  const models = modelsWith(key);
  expect(() => models.resolve("openai/m")).toThrow("OpenAI needs a key in OPENAI_API_KEY");
  expect(models.defaultName()).toBe("mock/helper");
});

test("white space around a key is no part of it", () => {
  expect(providerKey(() => " sk-abcdefghijkl\r\n", "X")).toBe("sk-abcdefghijkl");
  expect(keyFault("sk-abcdefghijkl")).toBeUndefined();
  expect(modelsWith("sk-abcdefghijkl\n").resolve("openai/m").name).toBe("openai/m");
});
