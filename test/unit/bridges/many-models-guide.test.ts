import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ENGINES } from "../../../src/runtime/index.ts";
import { castIn } from "../../cast-engines.ts";
import { startModelServer, type ModelServer } from "../../model-server.ts";

const guide = await Bun.file(join(import.meta.dir, "../../../docs/many-models.md")).text();
const LANGUAGES: Readonly<Record<string, string>> = { lua: "lua", js: "javascript", tengo: "tengo" };

/** Every example with each engine that runs its language. */
const EXAMPLES = [...guide.matchAll(/^```(lua|js|tengo)\n([\s\S]*?)^```$/gm)].flatMap(
  ([, language = "", source = ""]) =>
    ENGINES.filter(
      (engine) => engine.id === LANGUAGES[language] || (language === "lua" && engine.id === "fengari"),
    ).map((engine) => [engine.id, source.split("\n")[0] ?? "", engine, source] as const),
);

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
  server.mock.onMessage(/./, { content: "A wren." });
});
afterAll(() => server.close());

describe("docs/many-models.md", () => {
  test("has examples", () => expect(EXAMPLES.length).toBeGreaterThan(10));

  test.each(EXAMPLES)("%s: %s", async (_id, _line, engine, source) => {
    const address = server.openaiBaseUrl;
    const key = "sk-test-0123456789";
    const env = {
      ...{ OPENAI_BASE_URL: address, OPENAI_API_KEY: key, GROQ_BASE_URL: address, GROQ_API_KEY: key },
      ...{ MISTRAL_BASE_URL: address, MISTRAL_API_KEY: key, OLLAMA_BASE_URL: address },
      ...{ ANTHROPIC_BASE_URL: server.anthropicBaseUrl, ANTHROPIC_API_KEY: key },
    };
    const outcome = await castIn(engine, source, { env, profile: "budget: { tokens: 500k }" });
    expect(outcome.failure).toBeUndefined();
  });
});
