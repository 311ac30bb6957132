import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mergeFields } from "../../../src/bridges/provider/fields.ts";
import { readAnswerJson } from "../../../src/bridges/provider/read-json.ts";
import { plainAnswer, textSimilarity } from "../../../src/bridges/provider/similarity.ts";
import type { Engine } from "../../../src/contract/engine.ts";
import { Float, type Value, type ValueMap } from "../../../src/contract/value.ts";
import { castIn, onEveryEngine, type CastEnvironment } from "../../cast-engines.ts";
import { startModelServer, startRawServer, type ModelServer, type RawServer } from "../../model-server.ts";

let server: ModelServer;
/** Three providers on one server, told apart by their models; a fourth that is not there. */
let env: Record<string, string>;

beforeAll(async () => {
  server = await startModelServer();
  const { mock } = server;
  const answers: Readonly<Record<string, string>> = { a: "Kiwi.", b: "kiwi", c: "An emu" };
  for (const [model, content] of Object.entries(answers)) {
    mock.on({ userMessage: "A bird", model }, { content });
    mock.on({ userMessage: "As JSON", model }, { content: JSON.stringify(OBJECTS[model]) });
  }
  mock.on(
    { userMessage: "Which answer is the best", model: "judge" },
    { content: '```json\n{"choice": 3, "reason": "It is large"}\n```' },
  );
  mock.on({ userMessage: "Which answer is the best", model: "confused" }, { content: "All of them" });
  mock.on({ model: "down" }, { error: { message: "Oh no" }, status: 400 });
  env = {
    OPENAI_BASE_URL: server.openaiBaseUrl,
    OPENAI_API_KEY: "sk-test-0123456789",
    GROQ_BASE_URL: server.openaiBaseUrl,
    GROQ_API_KEY: "gsk-test-0123456789",
    MISTRAL_BASE_URL: "http://127.0.0.1:9/v1",
    MISTRAL_API_KEY: "mi-test-0123456789",
  };
});

afterAll(() => server.close());

const OBJECTS: Readonly<Record<string, unknown>> = {
  a: { name: "Kiwi", legs: 2, weight: 2.5, where: { country: "New Zealand" }, extra: 1 },
  b: { name: "kiwi ", legs: 2, weight: 3, where: { country: "New Zealand" } },
  c: { name: "Emu", legs: 2, weight: 40, where: { country: "Australia" } },
};

const [, lua] = onEveryEngine({ lua: "", javascript: "", tengo: "" })[0] ?? [];

/** Runs Lua and gives its result. */
async function run(source: string, more: CastEnvironment = {}): Promise<ValueMap> {
  const outcome = await castIn(lua as Engine, source, { env, ...more });
  if (outcome.failure !== undefined) throw Object.assign(new Error(outcome.failure.message), outcome.failure);
  return outcome.result as ValueMap;
}

const ALL = `{"openai/a", "openai/b", "groq/c"}`;

describe("on every engine", () => {
  test.each(
    onEveryEngine({
      lua: `
        provider.define("team", {models = {"mistral/x", "openai/down", "groq/c"}, max_tokens = 50, retries = 0})
        local r = provider.complete("A bird", {group = "team"})
        local names = {}
        for i, a in ipairs(r.attempts) do names[i] = a.model .. " " .. a.status .. " " .. (a.code or "") end
        local c = provider.chat({{role = "user", content = "A bird"}}, {models = ${ALL}, strategy = "consensus"})
        provider.configure(provider.configuration())
        return {tostring(r), names, c.text, c.decided_by, c.votes[3].agrees, provider.get("groq").key_variable, #provider.list() > 5}`,
      javascript: `
        await provider.define("team", {models: ["mistral/x", "openai/down", "groq/c"], maxTokens: 50, retries: 0});
        const r = await provider.complete("A bird", {group: "team"});
        const names = r.attempts.map((a) => a.model + " " + a.status + " " + (a.code ?? ""));
        const c = await provider.chat([{role: "user", content: "A bird"}], {models: ["openai/a", "openai/b", "groq/c"], strategy: "consensus"});
        await provider.configure(await provider.configuration());
        export default [String(r), names, c.text, c.decidedBy, c.votes[2].agrees, (await provider.get("groq")).keyVariable, (await provider.list()).length > 5]`,
      tengo: `
        provider.define("team", {models: ["mistral/x", "openai/down", "groq/c"], max_tokens: 50, retries: 0})
        r := provider.complete("A bird", {group: "team"})
        names := []
        for a in r.attempts { names = append(names, a.model + " " + a.status + " " + (is_undefined(a.code) ? "" : a.code)) }
        c := provider.chat([{role: "user", content: "A bird"}], {models: ["openai/a", "openai/b", "groq/c"], strategy: "consensus"})
        provider.configure(provider.configuration())
        export [string(r), names, c.text, c.decided_by, c.votes[2].agrees, provider.get("groq").key_variable, len(provider.list()) > 5]`,
    }),
  )("%s: one of three is down, and the votes are shown", async (_name, engine, source) => {
    const { result, failure } = await castIn(engine, source, { env });
    expect(failure).toBeUndefined();
    expect(result).toEqual([
      "An emu",
      ["mistral/x failed provider.network", "openai/down failed provider.request", "groq/c answered "],
      "Kiwi.",
      "majority",
      false,
      "GROQ_API_KEY",
      true,
    ]);
  });
});

describe("what a group spent", () => {
  const askSlow = (options: string) =>
    run(
      `local r = provider.complete("A bird", {models = {"groq/c", "openai/a"}, retries = 0, ${options}})
       return {r.spent, r.usage, r.attempts[1].status}`,
      { env: { ...env, GROQ_BASE_URL: silent.url } },
    );
  let silent: RawServer;
  beforeAll(async () => void (silent = await startRawServer([["stall"]])));
  afterAll(() => silent.close());

  test.each([
    ["failed", `timeout = {first_byte = "200ms"}`],
    ["cancelled", `strategy = "fastest"`],
  ])("a question that left counts too where it %s", async (status, options) => {
    const [spent, usage, first] = (await askSlow(options)) as unknown as [ValueMap, ValueMap, string];
    expect(first).toBe(status);
    // "A bird" is taken for 2 tokens.
    expect(spent["input_tokens"]).toBe(Number(usage["input_tokens"]) + 2);
    expect(spent["output_tokens"]).toEqual(usage["output_tokens"]);
  });
});

describe("strategies", () => {
  test("round_robin begins with each in turn", async () => {
    const names = await run(`
      local out = {}
      for i = 1, 4 do out[i] = provider.complete("A bird", {models = ${ALL}, strategy = "round_robin"}).model end
      return out`);
    expect(names as unknown).toEqual(["a", "b", "c", "a"]);
  });

  test("weighted keeps to the weights exactly", async () => {
    const names = await run(`
      local out = {}
      for i = 1, 4 do
        out[i] = provider.complete("A bird", {models = {"openai/a", "groq/c"}, weights = {3, 1}, strategy = "weighted"}).model
      end
      return out`);
    expect((names as unknown as string[]).toSorted()).toEqual(["a", "a", "a", "c"]);
  });

  test("least_used takes the one with the fewest calls, whoever made them", async () => {
    const result = await run(`
      llm.complete("A bird", {model = "openai/a"})
      return provider.complete("A bird", {models = {"openai/a", "groq/c"}, strategy = "least_used"})`);
    expect(result["model"]).toBe("c");
  });

  test("by_cost takes the cheapest; a price that nobody knows comes last", async () => {
    server.mock.onMessage("Cheap", { content: "ok" });
    const result = await run(`
      return provider.complete("Cheap", {models = {"openai/nobody-knows-it", "openai/gpt-5-pro", "openai/gpt-5-nano"}, strategy = "by_cost", max_tokens = 10})`);
    expect(result["model"]).toBe("gpt-5-nano");
  });

  test("by_latency asks what was not asked yet, then the fastest", async () => {
    const result = await run(`
      local out = {}
      for i = 1, 3 do
        out[i] = provider.complete("A bird", {models = {"openai/down", "openai/a"}, strategy = "by_latency"}).model
      end
      return {out, #provider.complete("A bird", {models = {"openai/down", "openai/a"}, strategy = "by_latency"}).attempts}`);
    expect(result as unknown).toEqual([["a", "a", "a"], 1]);
  });

  test("fastest cancels the others and closes their connections", async () => {
    const silent = await startRawServer([["stall"]]);
    const body = JSON.stringify({
      id: "1",
      model: "a",
      choices: [{ index: 0, message: { content: "Kiwi." }, finish_reason: "stop" }],
    });
    const quick = await startRawServer([["wait", { status: 200, body }]]);
    const running = run(
      `return provider.complete("A bird", {models = {"groq/silent", "openai/a"}, strategy = "fastest"})`,
      { env: { ...env, GROQ_BASE_URL: `${silent.url}/v1`, OPENAI_BASE_URL: `${quick.url}/v1` } },
    );
    // Both are asked before one answers.
    while (silent.requests().length + quick.requests().length < 2) await Bun.sleep(5);
    quick.proceed();
    const result = await running;
    expect(result["text"]).toBe("Kiwi.");
    expect(result["attempts"]).toMatchObject([{ status: "cancelled" }, { status: "answered" }]);
    await silent.hungUp();
    await Promise.all([silent.close(), quick.close()]);
  });

  test("a cancelled group cancels all that is under way", async () => {
    const silent = await startRawServer([["stall"]]);
    await expect(
      run(`return provider.complete("A bird", {models = {"groq/silent", "groq/other"}, strategy = "fastest"})`, {
        env: { ...env, GROQ_BASE_URL: `${silent.url}/v1` },
        profile: "limits: { callTime: 2s }",
      }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/call.timeout|provider.group/) });
    await silent.hungUp();
    await silent.close();
  });
});

describe("consensus", () => {
  test("weights decide", async () => {
    const result = await run(
      `return provider.complete("A bird", {models = ${ALL}, weights = {1, 1, 5}, strategy = "consensus"})`,
    );
    expect(result).toMatchObject({ text: "An emu", votes: [{ agrees: false }, { agrees: false }, { agrees: true }] });
    expect((result["agreement"] as number).toFixed(3)).toBe("0.714");
  });

  test("by similarity, with the score of each", async () => {
    const result = await run(
      `return provider.complete("A bird", {models = ${ALL}, strategy = "consensus", by = "similarity"})`,
    );
    expect(result).toMatchObject({ text: "Kiwi.", decided_by: "similarity" });
    expect((result["votes"] as readonly ValueMap[]).every(({ similarity }) => similarity !== undefined)).toBe(true);
  });

  test("by the vectors of an embedding model", async () => {
    const result = await run(
      `return provider.complete("A bird", {models = ${ALL}, strategy = "consensus", by = "similarity", embedder = "mock/helper"})`,
    );
    expect(result["decided_by"]).toBe("similarity");
  });

  test("by a model that judges, and says why", async () => {
    const result = await run(
      `return provider.complete("A bird", {models = ${ALL}, strategy = "consensus", by = "judge", judge = "openai/judge"})`,
    );
    expect(result).toMatchObject({ text: "An emu", decided_by: "judge", reason: "It is large" });
    const sent = JSON.stringify(server.requests().findLast(({ model }) => model === "judge"));
    expect(sent).toContain("A bird");
    expect(sent).not.toContain("groq");
  });

  test("a judge that does not decide does not fail the group, and that is said", async () => {
    const result = await run(
      `return provider.complete("A bird", {models = ${ALL}, strategy = "consensus", by = "judge", judge = "openai/confused"})`,
    );
    expect(result).toMatchObject({
      text: "Kiwi.",
      decided_by: "similarity",
      reason: expect.stringContaining("All of them"),
    });
  });

  test("field by field over objects", async () => {
    const result = await run(`
      return provider.complete("As JSON", {models = ${ALL}, strategy = "consensus", schema = {type = "object"}})`);
    expect(result["value"]).toEqual({ name: "Kiwi", legs: 2, weight: 3, where: { country: "New Zealand" } });
    expect(result["model"]).toBe("b");
    const paths = (result["fields"] as readonly ValueMap[]).map(({ path }) => path);
    expect(paths).toEqual(["name", "legs", "weight", "where.country"]);
  });

  test("too little agreement is an error that shows the votes", async () => {
    await expect(
      run(`return provider.complete("A bird", {models = ${ALL}, strategy = "consensus", agreement = 0.9})`),
    ).rejects.toMatchObject({
      code: "provider.disagreement",
      message: "67% of the votes agree, and 90% are asked for",
      details: { votes: [{ text: "Kiwi." }, { text: "kiwi" }, { text: "An emu" }] },
    });
  });

  test("one of three that is down fails nothing; two of three do", async () => {
    const consensus = (models: string) =>
      run(`return provider.complete("A bird", {models = ${models}, strategy = "consensus", retries = 0})`);
    expect(await consensus(`{"openai/a", "mistral/x", "openai/b"}`)).toMatchObject({ text: "Kiwi." });
    await expect(consensus(`{"openai/a", "mistral/x", "openai/down"}`)).rejects.toMatchObject({
      code: "provider.group",
      message: expect.stringContaining("1 of 3 models answered, and 2 are needed: mistral/x: provider.network"),
    });
  });
});

describe("no second door", () => {
  const granted = { bridges: `provider: {}, llm: { models: ["openai/*"] }` };

  test("the grant of llm holds for each model of a group", async () => {
    const asked = server.requests().length;
    await expect(
      run(`return provider.complete("A bird", {models = {"groq/c", "openai/a"}})`, granted),
    ).rejects.toMatchObject({ code: "grant.rule", message: expect.stringContaining('"groq/c" is not granted') });
    expect(server.requests().length).toBe(asked);
  });

  test("without llm there is no provider", async () => {
    await expect(
      run(`return provider.complete("A bird", {models = {"openai/a"}})`, { bridges: "provider: {}" }),
    ).rejects.toMatchObject({ code: "grant.bridge" });
  });

  test("every model of a group is counted and paid for", async () => {
    const source = `return provider.complete("A bird", {models = ${ALL}, strategy = "consensus", max_tokens = 10})`;
    const { usage } = await castIn(lua as Engine, source, { env });
    expect(usage).toMatchObject({ llmCalls: 3, calls: 4 });
    expect(usage.tokens).toBeGreaterThan(0);
    await expect(run(source, { profile: "budget: { tokens: 5 }" })).rejects.toMatchObject({ code: "provider.group" });
    await expect(run(source, { profile: "limits: { llmCalls: 2 }" })).rejects.toMatchObject({
      code: "limit.llm-calls",
    });
  });

  test("each has a key of its own, which is that of the call with its number", async () => {
    await run(`return provider.complete("A bird", {models = ${ALL}, strategy = "consensus"})`);
    const keys = server.mock
      .getRequests()
      .slice(-3)
      .map(({ headers }) => headers["idempotency-key"]);
    expect(new Set(keys).size).toBe(3);
    expect(keys.every((key) => /-1-[123]$/.test(String(key)))).toBe(true);
  });
});

describe("bad input", () => {
  test.each([
    [`{models = {"opnai/a"}}`, "provider.unknown", 'did you mean "openai"?'],
    [`{group = "teem"}`, "provider.unknown-group", 'did you mean "team"?'],
    [`{strategy = "fastest"}`, "call.arguments", "models is missing"],
    [`{models = {"openai/a"}, weights = {1, 2}}`, "call.arguments", "there are 1 models and 2 weights"],
    [`{models = {"openai/a"}, quorum = 2}`, "call.arguments", "the quorum is 2, and there are 1 models"],
    [`{models = {"openai/a"}, stratgy = "fastest"}`, "call.arguments", 'did you mean "strategy"?'],
    [`{models = {}}`, "call.arguments", "models"],
    [`{models = {"openai/a"}, temperature = 9}`, "call.arguments", "temperature"],
  ])("%s", async (options, code, message) => {
    const source = `provider.define("team", {models = {"openai/a"}}) return provider.complete("A bird", ${options})`;
    await expect(run(source)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

test("answers that are there already can be voted on, without asking anybody", async () => {
  const asked = server.requests().length;
  const answers = `{{text = "Kiwi.", model = "x"}, {text = "kiwi", model = "y"}, {text = "emu", model = "z", weight = 1.5}}`;
  expect(await run(`return provider.vote(${answers})`)).toMatchObject({
    text: "Kiwi.",
    model: "x",
    decided_by: "majority",
  });
  const json = `{{text = '{"a": 1}', model = "x"}, {text = '{"a": 1}', model = "y"}, {text = "no", model = "z"}}`;
  expect(await run(`return provider.vote(${json}, {fields = true})`)).toMatchObject({
    value: { a: 1 },
    votes: [{ agrees: true }, { agrees: true }, { agrees: false, problem: "it is no JSON" }],
  });
  expect(server.requests().length).toBe(asked);
});

test("short answers are the same but for spaces, case and end marks", () => {
  for (const text of ["Kiwi", " kiwi.", '"KIWI"', "**Kiwi**", "kiwi\n"]) expect(plainAnswer(text)).toBe("kiwi");
  expect(plainAnswer("C++")).toBe("c++");
  expect(textSimilarity("a red fox", "A red fox!")).toBe(1);
  expect(textSimilarity("the red fox ran", "the red foxes ran")).toBeGreaterThan(0.8);
  expect(textSimilarity("kiwi", "emu")).toBe(0);
  expect(textSimilarity("", "emu")).toBe(0);
});

test("fields: what most say; else the median of numbers; keys that few have are left out", () => {
  const ballots = (...values: readonly Value[]) =>
    values.map((content, index) => ({ model: `m${index}`, weight: 1, content }));
  expect(mergeFields(ballots({ n: 1 }, { n: 5 }, { n: 2 })).value).toEqual({ n: 2 });
  expect(mergeFields(ballots({ n: 1 }, { n: new Float(1) }, { n: 2 })).fields).toMatchObject([{ agreement: 2 / 3 }]);
  expect(mergeFields(ballots({ a: [1, 2] }, { a: [1, 2] }, { a: [2, 1] })).value).toEqual({ a: [1, 2] });
  expect(mergeFields(ballots({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).fields).toHaveLength(2);
  expect(mergeFields(ballots({ a: 1 }, { b: 1 }, { c: 1 })).value).toEqual({});
  expect(mergeFields(ballots("one", { a: 1 }, "one")).value).toBe("one");
  expect(
    mergeFields(ballots({ ["__proto__"]: 1 } as ValueMap, JSON.parse('{"__proto__": 2}') as ValueMap)).fields.length,
  ).toBeLessThan(2);
});

test("JSON is found in fences and in talk", () => {
  expect(readAnswerJson('Sure!\n```json\n{"a": 1}\n```\nBye')).toEqual({ a: 1 });
  expect(readAnswerJson('It is {"a": [1]} I think')).toEqual({ a: [1] });
  expect(readAnswerJson("no")).toBeUndefined();
});
