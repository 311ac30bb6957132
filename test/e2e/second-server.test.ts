/** The binary against mock-llm: what docs/providers.md says of how it differs from aimock is what stands here. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { type RuleServer, startRuleServer } from "../rule-server.ts";
import { runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;
const KEY = "sk-secret-123456789";

let server: RuleServer;
let env: Record<string, string>;

const asks = (text: string): string => `body.messages[-1].content == '${text}'`;
const says = (message: object, finish_reason = "stop"): object => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason }],
});
const refuses = (code: string | null, type: string, message: string): object => ({
  error: { message, type, param: null, code },
});
const add = { id: "call_1", type: "function", function: { name: "add", arguments: '{"a":1,"b":2}' } };
const told = "{{jmes request body.messages[0].role}}: {{jmes request body.messages[0].content}}";

beforeAll(async () => {
  server = await startRuleServer([
    { match: asks("What were you told?"), answer: says({ content: told }) },
    { match: asks("Which headers?"), answer: says({ content: "{{jmes request join(' ', keys(headers))}}" }) },
    { match: asks("Add"), answer: says({ content: null, tool_calls: [add] }, "tool_calls") },
    { match: asks("Add aloud"), answer: says({ content: "I add.", tool_calls: [add] }, "tool_calls") },
    {
      match: "body.response_format.type == 'json_schema' && body.response_format.json_schema.strict",
      answer: says({ content: '{"bird": "wren", "eggs": 6}' }),
    },
    {
      match: asks("wrong key"),
      status: 401,
      answer: refuses("invalid_api_key", "invalid_request_error", `Incorrect API key provided: ${KEY}`),
    },
    { match: asks("no such model"), status: 404, answer: refuses("model_not_found", "invalid_request_error", "None") },
    { match: asks("bad request"), status: 400, answer: refuses(null, "invalid_request_error", "Too odd") },
    { match: asks("too fast"), status: 429, answer: refuses("rate_limit_exceeded", "tokens", "Slow down") },
    { match: asks("broken server"), status: 500, answer: refuses(null, "server_error", "Oh no") },
    { match: asks("once"), sequence: 0, status: 503, answer: refuses(null, "server_error", "Not now") },
  ]);
  env = { OPENAI_BASE_URL: server.openaiBaseUrl, OPENAI_API_KEY: KEY };
});

afterAll(() => server.close());

/** Runs a spell with OpenAI's provider at this server. */
const exec = (code: string, ...options: readonly string[]) =>
  runBinary(["exec", "-m", "openai", "-q", "-e", code, ...options], { env });

describe("an answer", () => {
  for (const [engine, code] of [
    ["lua", `local a = llm.complete("A bird?") print(a, a.finish_reason, a.model)`],
    ["fengari", `local a = llm.complete("A bird?") print(a, a.finish_reason, a.model)`],
    [
      "javascript",
      `const a = await llm.complete("A bird?"); console.log(a.text + "\\t" + a.finishReason + "\\t" + a.model)`,
    ],
    [
      "tengo",
      `fmt := import("fmt"); a := llm.complete("A bird?"); fmt.println(a.text, "\\t", a.finish_reason, "\\t", a.model)`,
    ],
  ] as const) {
    test(`in ${engine}`, async () => {
      const run = await exec(code, "--engine", engine);
      expect(run).toEqual({ stdout: "A bird?\tstop\tgpt-5-mini\n", stderr: "", status: 0 });
    });
  }

  test("a system prompt comes first, in a chat too", async () => {
    const { stdout, status } = await exec(`
      print(llm.complete("What were you told?", {system = "Be short."}))
      print(llm.chat({{role = "user", content = "A"}, {role = "assistant", content = "B"},
        {role = "user", content = "What were you told?"}}, {system = "Be long."}))`);
    expect({ stdout, status }).toEqual({ stdout: "system: Be short.\nsystem: Be long.\n", status: 0 });
  });

  test("it counts no tokens: they are estimated, and count as spent", async () => {
    const code = `
      local a = llm.complete("${"word ".repeat(200)}")
      print(a.usage.input_tokens, a.usage.output_tokens, a.cost.usd > 0)`;
    const { stdout, stderr } = await runBinary(["exec", "-m", "openai", "-e", code], { env });
    expect(stdout).toBe("0\t0\ttrue\n");
    expect(stderr).toMatch(/spent \$0\.\d+ on 1 call to models \([1-9]\d\d tokens\)/);
  });

  test("no header tells of this machine", async () => {
    const { stdout } = await exec(`print(llm.complete("Which headers?"))`);
    expect(stdout.split(" ")).toContain("authorization");
    expect(stdout).not.toContain("stainless");
  });

  test("a schema is asked for strictly, and the object is checked", async () => {
    const { stdout, stderr } = await exec(
      `local o = llm.object("A bird", {bird = "string", eggs = "int"}).value print(o.bird, o.eggs)`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: "wren\t6\n", stderr: "" });
  });

  test("a server that fails in passing is asked again", async () => {
    const { stdout, status } = await exec(`print(llm.complete("once"))`);
    expect({ stdout, status }).toEqual({ stdout: "once\n", status: 0 });
  });
});

describe("tools", () => {
  const tools = `local tools = {{name = "add", parameters = {a = "int", b = "int"}}} `;

  test("a call, and the answer to its result", async () => {
    const { stdout, stderr } = await exec(`${tools}
      local messages = {{role = "user", content = "Add"}}
      local first = llm.chat(messages, {tools = tools})
      local call = first.tool_calls[1]
      print(first.finish_reason, call.name, call.arguments.a + call.arguments.b)
      messages[2] = first.message
      messages[3] = {role = "tool", content = {{type = "tool-result", id = call.id, text = "It is 3"}}}
      print(llm.chat(messages, {tools = tools}))`);
    expect({ stdout, stderr }).toEqual({ stdout: "tool-calls\tadd\t3\nIt is 3\n", stderr: "" });
  });

  test("a stream has the text alone: it sends no calls of tools", async () => {
    const { stdout } = await exec(`${tools}
      for piece in llm.stream("Add aloud", {tools = tools}) do spell.output(piece.text) end`);
    expect(stdout).toBe("I add.");
  });

  test("a stream of nothing but a call is a failure of its own", async () => {
    const { stdout, stderr, status } = await exec(`${tools}
      for piece in llm.stream("Add", {tools = tools, retries = 0}) do spell.output(piece.text) end`);
    expect({ stdout, status }).toEqual({ stdout: "", status: 5 });
    expect(stderr).toStartWith("error[provider.server]: ");
    expect(stderr).toContain("status 500");
  });
});

describe("a stream", () => {
  test("ends with a piece that has both text and the reason", async () => {
    const { stdout, stderr } = await exec(`
      for piece in llm.stream("A wren sings") do spell.output("[" .. piece.text .. "]") end`);
    // The key begins with an s: it comes when it is known what follows.
    expect({ stdout, stderr }).toEqual({ stdout: "[A wr][en ][sing][s]", stderr: "" });
  });

  test("of nothing is an empty answer", async () => {
    const { stdout, stderr } = await exec(`
      local text = "" for piece in llm.stream("") do text = text .. piece.text end print("<" .. text .. ">")`);
    expect({ stdout, stderr }).toEqual({ stdout: "<>\n", stderr: "" });
  });
});

describe("a failure has the same code as an answer with its status, and in a stream that began with 200", () => {
  for (const [prompt, code, text] of [
    ["wrong key", "provider.authentication", "OPENAI_API_KEY"],
    ["no such model", "provider.model", "is not offered"],
    ["bad request", "provider.request", "Too odd"],
    ["too fast", "provider.rate-limit", "Slow down"],
    ["broken server", "provider.server", "Oh no"],
  ] as const) {
    test(prompt, async () => {
      const [whole, streamed] = await Promise.all([
        exec(`llm.complete("${prompt}", {retries = 0})`),
        exec(`for piece in llm.stream("${prompt}", {retries = 0}) do print(piece.text) end`),
      ]);
      for (const { stdout, stderr, status } of [whole, streamed]) {
        expect({ stdout, status }).toEqual({ stdout: "", status: 5 });
        expect(stderr).toStartWith(`error[${code}]: `);
        expect(stderr).toContain(text);
        expect(stderr).not.toContain(KEY);
      }
    });
  }

  test("within a stream it has no status, and is not tried again", async () => {
    const busy = await startRuleServer([
      { sequence: 0, status: 503, answer: refuses(null, "server_error", "Not now") },
    ]);
    const code = `
      local function read() for piece in llm.stream("A bird?") do spell.output(piece.text) end end
      local _, first = pcall(read)
      print(first.code, first.details and first.details.status)
      read()`;
    const more = { ...env, OPENAI_BASE_URL: busy.openaiBaseUrl };
    const { stdout, status } = await runBinary(["exec", "-m", "openai", "-e", code], { env: more });
    await busy.close();
    expect({ stdout, status }).toEqual({ stdout: "provider.server\tnil\nA bird?", status: 0 });
  });

  test("what it does not offer", async () => {
    const { stdout } = await exec(`
      local _, embedding = pcall(llm.embed, {"A wren"}, {model = "openai/text-embedding-3-small"})
      print(embedding.code, embedding.details.status, embedding.message)`);
    expect(stdout).toMatch(/^provider\.model\t404\t.*: Not Found\n$/);
  });

  test("Anthropic's protocol is none of its own", async () => {
    const more = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: KEY };
    const { stderr, status } = await runBinary(["ask", "A bird?", "-m", "anthropic"], { env: more });
    expect(stderr).toStartWith("error[provider.model]: ");
    expect(status).toBe(5);
  });
});

test("its list of models, and a local server's that answers unasked", async () => {
  const [listed, chosen] = await Promise.all([
    runBinary(["models", "openai", "--json"], { env }),
    runBinary(["exec", "-q", "-e", `local a = llm.complete("A bird?") print(a.provider, a)`], {
      env: { OLLAMA_BASE_URL: server.openaiBaseUrl },
    }),
  ]);
  const { models } = JSON.parse(listed.stdout) as { models: { name: string }[] };
  expect(models.map(({ name }) => name)).toEqual(["openai/gpt-5.2"]);
  expect(chosen).toEqual({ stdout: "ollama\tA bird?\n", stderr: "", status: 0 });
});
