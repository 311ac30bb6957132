import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { castIn, onEveryEngine, type CastResult } from "../../../cast-engines.ts";
import { startModelServer, type ModelServer } from "../../../model-server.ts";

let server: ModelServer;
let env: Record<string, string>;

/** What the model answers when it is asked for such a bird; it knows nothing of schemas. */
const ANSWERS: Readonly<Record<string, string>> = {
  plain: '{"name": "Ada", "age": 3}',
  fenced: 'Here you are:\n```json\n{"name": "Ada", "age": 3}\n```\nAnything else?',
  inside: 'The bird {as I see it} is {"name": "Ada", "age": 3}, I think.',
  broken: "{name: 'Ada', age: 3, // years\n}",
  text: '{"name": "Ada", "age": "3"}',
  yaml: "```yaml\nname: Ada\nage: 3\n```",
  xml: "<bird><name>Ada &amp; co</name><age>3</age></bird>",
  unfit: '{"name": "Ada", "agee": "three"}',
  prose: "I would rather not.",
  cut: '{"name": "Ada", "age": ',
};

beforeAll(async () => {
  server = await startModelServer();
  env = {
    OPENAI_BASE_URL: server.openaiBaseUrl,
    OPENAI_API_KEY: "sk-test",
    ANTHROPIC_BASE_URL: server.anthropicBaseUrl,
    ANTHROPIC_API_KEY: "sk-ant-test",
  };
  // The last message decides; one that was told what is wrong does better, but for the stubborn.
  server.mock.onMessage(/^That does not fit: .*agee is not expected/, { content: ANSWERS["plain"] ?? "" });
  server.mock.onMessage(/^That does not fit/, { content: ANSWERS["prose"] ?? "" });
  for (const [name, content] of Object.entries(ANSWERS)) server.mock.onMessage(`a bird, ${name}`, { content });
  server.mock.onMessage("a list of birds", {
    content: '{"value": [{"name": "Ada", "age": 3}, {"name": "Blue \\u00e4 \\"b\\"", "age": 14}]}',
  });
});

afterAll(() => server.close());

const cast = (engine: Parameters<typeof castIn>[0], source: string, more: object = {}): Promise<CastResult> =>
  castIn(engine, source, { env, model: "openai/gpt-5-mini", bridges: '"*": {}', ...more });

const [, javascript] = onEveryEngine({ lua: "", javascript: "", tengo: "" }).find(([id]) => id === "javascript") ?? [];
if (javascript === undefined) throw new Error("no JavaScript");

/** What `llm.object` of a bird comes to: the answer, or the error. */
async function bird(prompt: string, options = "{}", schema = '{ name: "string", age: "int" }', more: object = {}) {
  const source = `
    try { export_(await llm.object(${JSON.stringify(prompt)}, ${schema}, ${options})); }
    catch (err) { export_({ code: err.code, message: err.message, details: err.details }); }
    function export_(value) { console.log(JSON.stringify(value)); }`;
  const { output, failure } = await cast(javascript as never, source, more);
  if (failure !== undefined) throw new Error(failure.message);
  return JSON.parse(output) as Record<string, unknown> & { details?: Record<string, unknown> };
}

describe("llm.object in every language", () => {
  const engines = onEveryEngine({
    lua: `
      local answer = llm.object("a bird, unfit", {name = "string", age = "int"})
      print(answer.value.name, answer.value.age, answer.tries, answer.mode, answer.finish_reason)
      local ok, err = pcall(llm.object, "a bird, prose", {name = "string"}, {tries = 2})
      print(ok, err.code, err.details.tries, err.details.text)`,
    javascript: `
      const answer = await llm.object("a bird, unfit", {name: "string", age: "int"});
      console.log([answer.value.name, answer.value.age, answer.tries, answer.mode, answer.finishReason].join("\\t"));
      try { await llm.object("a bird, prose", {name: "string"}, {tries: 2}); }
      catch (err) { console.log([false, err.code, err.details.tries, err.details.text].join("\\t")); }`,
    tengo: `
      fmt := import("fmt")
      answer := llm.object("a bird, unfit", {name: "string", age: "int"})
      fmt.printf("%s\\t%d\\t%d\\t%s\\t%s\\n", answer.value.name, answer.value.age, answer.tries, answer.mode, answer.finish_reason)
      err := llm.object("a bird, prose", {name: "string"}, {tries: 2})
      fmt.printf("%v\\t%s\\t%d\\t%s\\n", !is_error(err), err.value.code, err.value.details.tries, err.value.details.text)`,
  });

  test.each(engines)("%s", async (_id, engine, source) => {
    const { output, failure } = await cast(engine, source);
    expect(failure?.message).toBeUndefined();
    expect(output).toBe("Ada\t3\t2\tnative\tstop\nfalse\tanswer.schema\t2\tI would rather not.\n");
  });
});

describe("llm.objectStream in every language", () => {
  const engines = onEveryEngine({
    lua: `
      local count, last = 0, nil
      for part in llm.object_stream("a list of birds", {{name = "string", age = "int"}}) do count = count + 1; last = part end
      print(count > 2, #last, last[2].name, last[2].age)
      local whole = llm.object_stream("a bird, text", {name = "string", age = "int"}):result()
      print(whole.value.age, whole.tries)
      local stream = llm.object_stream("a bird, plain", {name = "string", age = "int"})
      stream:close()
      print(select(2, pcall(stream.next, stream)).code)`,
    javascript: `
      let [count, last] = [0, undefined];
      for await (const part of await llm.objectStream("a list of birds", [{name: "string", age: "int"}])) { count++; last = part; }
      console.log([count > 2, last.length, last[1].name, last[1].age].join("\\t"));
      const whole = await (await llm.objectStream("a bird, text", {name: "string", age: "int"})).result();
      console.log([whole.value.age, whole.tries].join("\\t"));
      const stream = await llm.objectStream("a bird, plain", {name: "string", age: "int"});
      await stream.close();
      try { await stream.next(); console.log("none"); } catch (err) { console.log(err.code); }`,
    tengo: `
      fmt := import("fmt")
      count := 0
      last := undefined
      for part in llm.object_stream("a list of birds", [{name: "string", age: "int"}]) { count++; last = part }
      fmt.printf("%v\\t%d\\t%s\\t%d\\n", count > 2, len(last), last[1].name, last[1].age)
      whole := llm.object_stream("a bird, text", {name: "string", age: "int"}).result()
      fmt.printf("%d\\t%d\\n", whole.value.age, whole.tries)
      stream := llm.object_stream("a bird, plain", {name: "string", age: "int"})
      stream.close()
      fmt.println(stream.next().value.code)`,
  });

  test.each(engines)("%s", async (_id, engine, source) => {
    const { output, failure } = await cast(engine, source);
    expect(failure?.message).toBeUndefined();
    const [list, whole, closed] = output.trimEnd().split("\n");
    expect([list, whole]).toEqual(['true\t2\tBlue ä "b"\t14', "3\t1"]);
    expect(closed).toContain("closed");
  });
});

describe("what a model answers", () => {
  test.each(["plain", "fenced", "inside"])("is read as it is: %s", async (name) => {
    expect(await bird(`a bird, ${name}`)).toMatchObject({ value: { name: "Ada", age: 3 }, tries: 1, mode: "native" });
  });

  test("is mended, and made to fit, and the answer says so", async () => {
    expect(await bird("a bird, broken")).toMatchObject({ value: { name: "Ada", age: 3 }, repaired: true });
    const fitted = await bird("a bird, text");
    expect(fitted).toMatchObject({ value: { name: "Ada", age: 3 }, changes: [{ path: "age", from: "3", to: 3 }] });
    expect(await bird("a bird, text", "{ coerce: false, tries: 1 }")).toMatchObject({
      code: "answer.schema",
      message: "The answer does not fit the schema after 1 try: age must be an integer, not a string",
    });
  });

  test("may be YAML or XML", async () => {
    expect(await bird("a bird, yaml", '{ format: "yaml" }')).toMatchObject({ value: { age: 3 }, mode: "prompt" });
    expect(await bird("a bird, xml", '{ format: "xml" }')).toMatchObject({ value: { name: "Ada & co", age: 3 } });
    expect(await bird("a bird, yaml", '{ mode: "prompt" }')).toMatchObject({ value: { name: "Ada" } });
    expect(await bird("a bird, yaml", '{ mode: "native", format: "yaml" }')).toMatchObject({ code: "call.arguments" });
  });

  test("that never fits is an error with the text and the errors", async () => {
    const before = server.requests().length;
    const failed = await bird("a bird, cut", "{ tries: 3 }");
    expect(failed["code"]).toBe("answer.schema");
    expect(failed["message"]).toContain("after 3 tries");
    expect(failed.details).toMatchObject({
      text: "I would rather not.",
      tries: 3,
      errors: [{ path: "", keyword: "format" }],
    });
    const requests = server.requests().slice(before) as { messages: { role: string; content: string }[] }[];
    expect(requests.map(({ messages }) => messages.length)).toEqual([1, 3, 5]);
    expect(requests[1]?.messages[2]?.content).toContain("age must be an integer, not null");
  });
});

describe("how a model is asked", () => {
  test("by the provider's mode where that is, and else by the prompt", async () => {
    const before = server.requests().length;
    await bird("a bird, plain", '{ system: "Be brief" }');
    await bird("a bird, plain", '{ system: "Be brief", mode: "prompt" }');
    const [native, prompt] = server.requests().slice(before) as {
      response_format?: object;
      messages: { content: string }[];
    }[];
    expect(native?.response_format).toMatchObject({ type: "json_schema" });
    expect(prompt?.response_format).toBeUndefined();
    expect(prompt?.messages[0]?.content).toStartWith("Be brief\n\nAnswer with JSON only");
    expect(prompt?.messages[0]?.content).toContain('"required":["name","age"]');
  });

  test("with what is no object in one, but not where references would lead elsewhere", async () => {
    const before = server.requests().length;
    const list = await bird("a list of birds", "{}", '[{ name: "string", age: "int" }]');
    expect(list["value"]).toHaveLength(2);
    const [request] = server.requests().slice(before) as {
      response_format?: { json_schema: { schema: { required: string[] } } };
    }[];
    expect(request?.response_format?.json_schema.schema.required).toEqual(["value"]);
    const schema = '{ $defs: { bird: { type: "object" } }, $ref: "#/$defs/bird" }';
    expect(await bird("a bird, plain", "{}", schema)).toMatchObject({ mode: "prompt", value: { age: 3 } });
    expect(await bird("a bird, plain", '{ mode: "native" }', schema)).toMatchObject({ code: "call.arguments" });
  });

  test("by a schema that is right, and by granted models only", async () => {
    const before = server.requests().length;
    expect(await bird("a bird, plain", "{}", '{ name: "strin" }')).toMatchObject({
      code: "schema.invalid",
      details: { path: "name" },
    });
    expect(
      await bird("a bird, plain", '{ model: "anthropic" }', "{}", { bridges: "llm: { models: [openai/*] }" }),
    ).toMatchObject({
      code: "grant.rule",
    });
    expect(server.requests().length).toBe(before);
  });

  test("by Anthropic's protocol too", async () => {
    expect(await bird("a bird, unfit", '{ model: "anthropic/claude-sonnet-5" }')).toMatchObject({
      value: { age: 3 },
      tries: 2,
    });
  });

  test("in another way where the server has no such mode", async () => {
    server.mock.nextRequestError(400, { message: "response_format is not supported", type: "invalid_request_error" });
    expect(await bird("a bird, plain")).toMatchObject({ value: { age: 3 }, tries: 1, mode: "prompt" });
    server.mock.nextRequestError(401, { message: "wrong key", type: "authentication_error" });
    expect(await bird("a bird, plain")).toMatchObject({ code: "provider.authentication" });
  });
});

test("an answer that was cut off is not mended to less than was meant", async () => {
  const cut = await bird("anything", "{ maxTokens: 4, tries: 2 }", '"string[]"', { model: "mock" });
  expect(cut).toMatchObject({ code: "answer.schema" });
  expect(cut["message"]).toContain("maxTokens is too low");
});

test("short forms stand wherever a schema does: in llm.complete and in tools too", async () => {
  const before = server.requests().length;
  const source = `await llm.complete("a bird, plain", {
    schema: { title: "string", age: "int?" },
    tools: [{ name: "look", parameters: { place: "string" } }],
  })`;
  expect((await cast(javascript as never, source)).failure).toBeUndefined();
  expect(server.requests().slice(before)).toMatchObject([
    {
      response_format: { json_schema: { name: "answer", schema: { type: "object", required: ["title"] } } },
      tools: [{ function: { parameters: { type: "object", required: ["place"] } } }],
    },
  ]);
});

test("each try counts, and is paid for", async () => {
  const more = { profile: "limits: { llmCalls: 2 }" };
  expect(await bird("a bird, cut", "{ tries: 5 }", undefined, more)).toMatchObject({ code: "limit.llm-calls" });
  const both = (await bird("a bird, unfit")) as unknown as {
    usage: { inputTokens: number };
    cost: { usd: number; known: boolean };
  };
  const one = (await bird("a bird, plain")) as unknown as typeof both;
  expect(both.usage.inputTokens).toBeGreaterThan(one.usage.inputTokens);
  expect(both.cost.usd).toBeGreaterThan(one.cost.usd);
});

test("the mock model answers what fits, whatever the schema", async () => {
  for (const schema of ['"int(5..7)"', '["email"]', '{ kind: "owl|wren", at: "datetime?" }']) {
    const answer = await bird("anything", "{}", schema, { model: "mock" });
    expect(answer).toMatchObject({ tries: 1, mode: "native", provider: "mock" });
  }
});
