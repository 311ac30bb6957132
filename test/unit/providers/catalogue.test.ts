import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { factsOf, makeCatalogue, PROVIDERS, SOURCES } from "../../../src/providers/index.ts";

const catalogue = await makeCatalogue(PROVIDERS);
const find = (name: string) => catalogue.models.find((model) => model.name === name);

describe("the catalogue", () => {
  test("has the versions that package.json names, so that its dates are true", () => {
    const { dependencies } = JSON.parse(readFileSync(join(import.meta.dir, "../../../package.json"), "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    for (const source of SOURCES) expect(dependencies[source.package], source.package).toBe(source.version);
  });

  test("joins prices of the one source with abilities of the other", () => {
    expect(find("openai/gpt-5-mini")).toMatchObject({
      contextLength: 400_000,
      maxOutput: 128_000,
      abilities: { tools: true, vision: true, thinking: true, audio: false },
      cutOff: "2024-05-30",
      released: "2025-08-07",
      price: { input: 0.25, output: 2 },
      sources: ["genai-prices", "models.dev"],
    });
  });

  test("leaves out what nobody says", () => {
    const model = find("anthropic/claude-sonnet-5");
    expect(model?.price).toMatchObject({ input: 2, output: 10 });
    expect(model?.abilities).toEqual({});
    expect(model?.cutOff).toBeUndefined();
  });

  test("marks prices that are not the same for all", () => {
    expect(find("deepseek/deepseek-chat")?.price?.varies).toBe(true);
  });

  test("names each model once, and by its provider's id here", () => {
    const names = catalogue.models.map(({ name }) => name);
    expect(names.length).toBe(new Set(names).size);
    expect(names.length).toBeGreaterThan(1000);
    const ids = new Set<string>(PROVIDERS.map(({ id }) => id));
    expect(catalogue.models.filter(({ provider }) => !ids.has(provider))).toEqual([]);
    expect(catalogue.models.filter(({ price }) => price !== undefined && price.input < 0)).toEqual([]);
  });
});

test("a provider's facts are those by which it is spoken to", () => {
  const facts = Object.fromEntries(PROVIDERS.map((definition) => [definition.id, factsOf(definition)]));
  expect(facts["anthropic"]).toMatchObject({ maxTemperature: 1, seed: false, keyVariable: "ANTHROPIC_API_KEY" });
  expect(facts["deepseek"]).toMatchObject({ schema: "json", embeddings: false });
  expect(facts["ollama"]).toMatchObject({ isLocal: true, protocol: "openai" });
  expect(facts["openrouter"]?.thinking).toBe("budget");
});
