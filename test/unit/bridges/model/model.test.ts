import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ObservedCall } from "../../../../src/contract/catalogue.ts";
import type { Engine } from "../../../../src/contract/engine.ts";
import type { ValueMap } from "../../../../src/contract/value.ts";
import { modelFacts } from "../../../../src/runtime/model-facts.ts";
import { castIn, onEveryEngine, type CastEnvironment } from "../../../cast-engines.ts";
import { startModelServer, type ModelServer } from "../../../model-server.ts";

const [, lua] = onEveryEngine({ lua: "", javascript: "", tengo: "" })[0] ?? [];

async function run(source: string, more: CastEnvironment = {}): Promise<ValueMap> {
  const outcome = await castIn(lua as Engine, source, more);
  if (outcome.failure !== undefined) throw Object.assign(new Error(outcome.failure.message), outcome.failure);
  return outcome.result as ValueMap;
}

/** Twenty calls: one model is quick and sound, the other slow, and every second one fails. */
const CALLS: readonly ObservedCall[] = Array.from({ length: 20 }, (_, index) => {
  const isFirst = index % 2 === 0;
  return {
    time: Date.now() - index * 1000,
    ...{ run: `run-${index}`, spell: "s", kind: "complete", inputTokens: 100, outputTokens: 50, usd: 0.001 },
    model: isFirst ? "openai/gpt-5-mini" : "openai/gpt-5-nano",
    ms: isFirst ? 200 : 5000,
    ...(isFirst || index % 4 === 1 ? {} : { code: "provider.server" }),
  };
});

const facts = { ...modelFacts(undefined), observed: () => Promise.resolve(CALLS) };

test.each(
  onEveryEngine({
    lua: `
      local m = model.get("openai/gpt-5-mini")
      local found = model.search({text = "gpt-5", provider = "openai", needs = {"tools", "vision"}, min_context = 100000})
      local best = model.recommend("extract", {providers = {"anthropic"}, runners_up = 2})
      for i = 1, 40 do
        local arm = model.split("e", "u" .. i, {"a", "b"})
        model.record("e", arm, {success = arm == "a", value = i})
      end
      local c = model.compare("e")
      return {m.context_length, m.abilities.tools, m.cut_off, #found > 2, best.best.on_front, #best.runners_up, #c, c[1].leader, c[2].pairs[1].test,
        #model.sources(), model.observed().models[1].model, model.report({format = "csv", models = {"openai/gpt-5-mini"}}):sub(1, 5)}`,
    javascript: `
      const m = await model.get("openai/gpt-5-mini");
      const found = await model.search({text: "gpt-5", provider: "openai", needs: ["tools", "vision"], minContext: 100000});
      const best = await model.recommend("extract", {providers: ["anthropic"], runnersUp: 2});
      for (let i = 1; i <= 40; i++) {
        const arm = await model.split("e", "u" + i, ["a", "b"]);
        await model.record("e", arm, {success: arm === "a", value: i});
      }
      const c = await model.compare("e");
      export default [m.contextLength, m.abilities.tools, m.cutOff, found.length > 2, best.best.onFront, best.runnersUp.length, c.length, c[0].leader, c[1].pairs[0].test,
        (await model.sources()).length, (await model.observed()).models[0].model, (await model.report({format: "csv", models: ["openai/gpt-5-mini"]})).slice(0, 5)]`,
    tengo: `
      text := import("text")
      m := model.get("openai/gpt-5-mini")
      found := model.search({text: "gpt-5", provider: "openai", needs: ["tools", "vision"], min_context: 100000})
      best := model.recommend("extract", {providers: ["anthropic"], runners_up: 2})
      for i := 1; i <= 40; i++ {
        arm := model.split("e", "u" + string(i), ["a", "b"])
        model.record("e", arm, {success: arm == "a", value: i})
      }
      c := model.compare("e")
      export [m.context_length, m.abilities.tools, m.cut_off, len(found) > 2, best.best.on_front, len(best.runners_up), len(c), c[0].leader, c[1].pairs[0].test,
        len(model.sources()), model.observed().models[0].model, model.report({format: "csv", models: ["openai/gpt-5-mini"]})[:5]]`,
  }),
)("%s: the catalogue, a recommendation, an experiment and figures", async (_name, engine, source) => {
  const { result, failure } = await castIn(engine, source, { facts });
  expect(failure).toBeUndefined();
  expect(result).toEqual([
    ...[400_000, true, "2024-05-30", true, true, 2, 2, "a", "Welch's t", 2, "openai/gpt-5-mini", "model"],
  ]);
});

describe("recommend", () => {
  const recommend = (task: string, constraints: string, more: CastEnvironment = {}) =>
    run(`return model.recommend("${task}", ${constraints})`, more);

  test("goes by cost alone where nothing else is known, and says so", async () => {
    const { best, notes, front, runners_up: others } = await recommend("chat", `{providers = {"anthropic", "openai"}}`);
    const all = [best as ValueMap, ...(others as readonly ValueMap[])];
    expect(all.every((each, index) => index === 0 || Number(each["usd"]) >= Number(all[index - 1]?.["usd"]))).toBe(
      true,
    );
    expect((front as readonly string[])[0]).toBe((best as ValueMap)["model"] as string);
    expect(JSON.stringify(notes)).toContain("No figure of quality is known");
    expect(JSON.stringify(notes)).toContain("2026-09-23");
  });

  test("with your own quality the front has more than one, and weights choose on it", async () => {
    const quality = `{["openai/gpt-5-pro"] = 0.95, ["openai/gpt-5"] = 0.8, ["openai/gpt-5-nano"] = 0.3}`;
    const dear = await recommend("chat", `{providers = {"openai"}, quality = ${quality}, weights = {quality = 20}}`);
    expect(dear["best"]).toMatchObject({ model: "openai/gpt-5-pro", quality: 0.95 });
    expect((dear["front"] as readonly string[]).length).toBeGreaterThan(2);
    const cheap = await recommend("chat", `{providers = {"openai"}, quality = ${quality}, weights = {quality = 0.1}}`);
    expect((cheap["best"] as ValueMap)["model"]).not.toBe("openai/gpt-5-pro");
  });

  test("takes what was observed on this machine into account, where that is granted", async () => {
    const pair = `{providers = {"openai"}, weights = {cost = 0}}`;
    const seen = await recommend("chat", pair, { facts });
    expect(seen["best"]).toMatchObject({ model: "openai/gpt-5-mini", latency_ms: 200 });
    const blind = await recommend("chat", pair, { facts, bridges: "model: {}" });
    expect(JSON.stringify(blind)).not.toContain("latency_ms");
  });

  test("counts what it leaves out: too dear, too small, unable, and those of which nobody knows", async () => {
    const { excluded, best } = await recommend("vision", `{max_usd = 0.001, min_context = 100000}`);
    const why = Object.fromEntries((excluded as readonly ValueMap[]).map((each) => [each["why"], each["models"]]));
    for (const reason of ["unknown ability", "ability", "price", "context"])
      expect(Number(why[reason])).toBeGreaterThan(0);
    expect(Number((best as ValueMap)["usd"])).toBeLessThanOrEqual(0.001);
  });

  test("nothing is left: no best, and why", async () => {
    const { best, considered, excluded } = await recommend("chat", `{max_usd = 0, providers = {"openai"}}`);
    expect([best, considered]).toEqual([undefined, 0]);
    expect((excluded as readonly ValueMap[]).length).toBeGreaterThan(0);
  });
});

describe("bad input", () => {
  test.each([
    [`model.get("anthropic/claude-sonet-5")`, "model.unknown", "anthropic/claude-sonnet-5"],
    [`model.get("gpt-5-mini")`, "model.unknown", "openai/gpt-5-mini"],
    [`model.recommend("sumarize")`, "call.arguments", '"summarize"'],
    [`model.search({needs = {"smell"}})`, "call.arguments", "needs"],
    [`model.observed({since = "yesterday"})`, "call.arguments", "neither a day nor a duration"],
    [`model.compare("none")`, "model.experiment", 'Nothing was recorded of an experiment "none"'],
    [`model.record("e", "a", {})`, "call.arguments", "neither success nor value"],
    [`model.split("e", "u", {"a", "b"}, {1})`, "call.arguments", "2 arms and 1 weights"],
  ])("%s", async (source, code, message) => {
    await expect(run(source)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test("figures of earlier runs must be granted", async () => {
    const bare = { bridges: "model: {}", facts };
    for (const source of ["model.observed()", "model.report({observed = true})"]) {
      await expect(run(source, bare)).rejects.toMatchObject({ code: "grant.rule" });
    }
    expect(String(await run("return model.report()", bare))).not.toContain("Calls on this machine");
  });
});

describe("refresh asks the providers, by llm", () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await startModelServer();
    server.mock.onMessage(/./, { content: "ok" });
    server.mock.on({ model: "brand-new" }, { content: "ok" });
  });
  afterAll(() => server.close());

  test("what they list is in the catalogue; without the grant of llm nobody is asked", async () => {
    const env = { OPENAI_BASE_URL: server.openaiBaseUrl, OPENAI_API_KEY: "sk-test-0123456789" };
    const source = `local out = {} for _, m in ipairs(model.search({provider = "openai", refresh = true, limit = 500})) do
      if m.sources[#m.sources] == "provider" then out[#out + 1] = m.name end end return out`;
    const names = (await run(source, { env })) as unknown as readonly string[];
    expect(names.length).toBeGreaterThan(0);
    await expect(run(source, { env, bridges: "model: {}" })).rejects.toMatchObject({ code: "grant.bridge" });
  });
});

describe("reports", () => {
  const report = (options: string) => run(`return model.report(${options})`, { facts }) as unknown as Promise<string>;

  test("markdown has the matrix, the dates, and question marks where nobody knows", async () => {
    const text = await report(`{models = {"openai/gpt-5-mini", "anthropic/claude-sonnet-5"}, observed = true}`);
    expect(text).toContain("| openai/gpt-5-mini | 400000 | 128000 | 0.25 | 2 | 2024-05-30 | 2025-08-07 | yes | yes |");
    expect(text).toContain("| anthropic/claude-sonnet-5 | 1000000 |  | 2 | 10 |  |  | ? | ?");
    expect(text).toContain("data of 2026-09-23");
    expect(text).toContain("20 in 20 runs");
    expect(text).toContain("provider.server 5");
  });

  test("HTML stands alone, and texts of others are text in it", async () => {
    const text = await report(`{format = "html", search = {provider = "openrouter", limit = 30}, observed = true}`);
    expect(text).toStartWith("<!doctype html>");
    expect(text).toContain("<svg");
    expect(text).not.toMatch(/<script|src=|href=/);
    expect(text).toContain("default-src 'none'");
  });

  test("CSV has one row a model and no formulas", async () => {
    const rows = (await report(`{format = "csv", search = {provider = "mistral"}}`)).trimEnd().split("\r\n");
    const columns = (rows[0] ?? "").split(",").length;
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.every((row) => row.split(",").length === columns && !/(^|,)[=+@]/.test(row))).toBe(true);
  });

  test("JSON is the data, SVG the prices", async () => {
    const data = JSON.parse(await report(`{format = "json", models = {"openai/gpt-5"}}`)) as {
      models: { name: string }[];
    };
    expect(data.models.map(({ name }) => name)).toEqual(["openai/gpt-5"]);
    const svg = await report(`{format = "svg", search = {provider = "openai"}}`);
    expect(svg).toStartWith("<svg xmlns=");
    expect(svg).toContain("openai/gpt-5-nano");
  });

  test("OpenAPI is a document whose examples are of its own schema", async () => {
    const { Validator } = await import("@cfworker/json-schema");
    const document = JSON.parse(await report(`{format = "openapi", search = {provider = "anthropic"}}`)) as {
      openapi: string;
      components: { schemas: { Model: object } };
      paths: Record<
        string,
        {
          get: {
            responses: Record<string, { content: Record<string, { examples: Record<string, { value: unknown }> }> }>;
          };
        }
      >;
    };
    expect(document.openapi).toBe("3.1.0");
    const examples =
      document.paths["/models/{provider}/{model}"]?.get.responses["200"]?.content["application/json"]?.examples ?? {};
    const validator = new Validator(document.components.schemas.Model as never, "2020-12");
    expect(Object.keys(examples).length).toBeGreaterThan(10);
    for (const { value } of Object.values(examples)) expect(validator.validate(value)).toMatchObject({ valid: true });
    expect(validator.validate({ name: 1 }).valid).toBe(false);
  });
});
