import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { startModelServer, startRawServer, type ModelServer } from "../model-server.ts";
import { makeFolder, NOWHERE, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;
const KEY = "sk-secret-123456789";

let server: ModelServer;
let env: Record<string, string>;

beforeAll(async () => {
  server = await startModelServer();
  env = { OPENAI_BASE_URL: server.openaiBaseUrl, OPENAI_API_KEY: KEY };
  server.mock.onMessage("wrong key", { error: { message: `Incorrect API key provided: ${KEY}` }, status: 401 });
  server.mock.onMessage("too fast", { error: { message: "Slow down" }, status: 429, retryAfter: 0 });
  server.mock.onMessage("broken server", { error: { message: "Oh no" }, status: 500, retryAfter: 0 });
  server.mock.onMessage("no such model", { error: { message: "No model" }, status: 404 });
  server.mock.onMessage("A tool", { toolCalls: [{ name: "add", arguments: '{"a":1,"b":2}' }] });
  server.mock.onMessage("A bird", { content: "A wren." });
});

afterAll(() => server.close());

/** Asks by exec and answers what came back. */
function ask(prompt: string, more: Record<string, string> = {}, options: readonly string[] = []) {
  const code = `print(llm.complete(${JSON.stringify(prompt)}))`;
  return runBinary(["exec", "-e", code, "-m", "openai", ...options], { env: { ...env, ...more } });
}

describe("a provider's failure ends with 5, a code and what to do", () => {
  for (const [prompt, code, message] of [
    ["wrong key", "provider.authentication", "OPENAI_API_KEY"],
    ["too fast", "provider.rate-limit", ""],
    ["broken server", "provider.server", ""],
    ["no such model", "provider.model", ""],
  ] as const) {
    test(prompt, async () => {
      const { stdout, stderr, status } = await ask(prompt);
      expect({ stdout, status }).toEqual({ stdout: "", status: 5 });
      expect(stderr).toStartWith(`error[${code}]: `);
      expect(stderr).toContain(message);
      expect(stderr).toContain("--> exec:1");
      expect(stderr).toContain("fix: ");
      expect(stderr).not.toContain(KEY);
    });
  }

  test("nobody at the address", async () => {
    const { stderr, status } = await ask("A bird", { OPENAI_BASE_URL: NOWHERE });
    expect(status).toBe(5);
    expect(stderr).toStartWith("error[provider.network]: ");
  });

  test("no key: the variable is named", async () => {
    const { stderr, status } = await runBinary(["run", "hello", "-m", "anthropic"]);
    expect(status).toBe(5);
    expect(stderr).toContain("error[provider.key]: Anthropic needs a key in ANTHROPIC_API_KEY");
    expect(stderr).toContain("--env-file");
  });

  test("an unknown provider: the nearest is offered", async () => {
    const { stderr, status } = await runBinary(["run", "hello", "-m", "antropic/claude"]);
    expect(status).toBe(2);
    expect(stderr).toContain('There is no provider "antropic"; did you mean "anthropic"?');
  });
});

describe("a server that keeps silent", () => {
  const event = {
    data: { id: "1", object: "chat.completion.chunk", model: "m", choices: [{ index: 0, delta: { content: "A w" } }] },
  };
  const stream = `for piece in llm.stream("A bird") do spell.output(piece.text) end`;

  test("from the beginning", async () => {
    const raw = await startRawServer([["stall"]]);
    const { stderr, status } = await ask("A bird", { OPENAI_BASE_URL: raw.url, LLMSPELL_FIRST_BYTE_TIMEOUT: "200ms" });
    await raw.close();
    expect(stderr).toStartWith("error[provider.timeout]: ");
    expect(status).toBe(5);
  });

  test("in the middle of an answer: what came before is printed", async () => {
    const raw = await startRawServer([[event, "stall"]]);
    const more = { ...env, OPENAI_BASE_URL: raw.url, LLMSPELL_CHUNK_TIMEOUT: "200ms" };
    const { stdout, stderr, status } = await runBinary(["exec", "-m", "openai", "-e", stream], { env: more });
    await raw.close();
    expect(stdout).toBe("A w");
    expect(stderr).toStartWith("error[provider.timeout]: ");
    expect(status).toBe(5);
  });

  test("or hangs up in the middle", async () => {
    const raw = await startRawServer([[event, "wait", "disconnect"]]);
    const more = { ...env, OPENAI_BASE_URL: raw.url };
    const running = runBinary(["exec", "-m", "openai", "-e", stream], { env: more });
    while (raw.requests().length === 0) await Bun.sleep(5);
    await Bun.sleep(50);
    raw.proceed();
    const { stdout, stderr, status } = await running;
    await raw.close();
    expect(stdout).toBe("A w");
    expect(stderr).toStartWith("error[provider.network]: ");
    expect(status).toBe(5);
  });

  test("a waiting time that is none", async () => {
    const { stderr, status } = await ask("A bird", { LLMSPELL_CHUNK_TIMEOUT: "soon" });
    expect(stderr).toContain("error[usage]: LLMSPELL_CHUNK_TIMEOUT: ");
    expect(status).toBe(2);
  });
});

describe("which model answers", () => {
  test("the one with a key, by itself; that of --model before it", async () => {
    const [keyed, named] = await Promise.all([
      runBinary(["exec", "-e", 'print(llm.complete("A bird").provider)'], { env }),
      runBinary(["exec", "-m", "mock", "-e", 'print(llm.complete("A bird").provider)'], { env }),
    ]);
    expect(keyed).toEqual({ stdout: "openai\n", stderr: expect.stringContaining("spent $"), status: 0 });
    expect(named).toEqual({ stdout: "mock\n", stderr: "", status: 0 });
  });

  test("a local server that answers", async () => {
    const code = 'local a = llm.complete("A bird"); print(a.provider, a)';
    const more = { OLLAMA_BASE_URL: server.openaiBaseUrl };
    const { stdout, status } = await runBinary(["exec", "-e", code], { env: more });
    expect({ stdout, status }).toEqual({ stdout: "ollama\tA wren.\n", status: 0 });
  });

  test("keys come from a file only where it is named", async () => {
    const cwd = makeFolder({
      "keys.env": `# keys\nexport OPENAI_API_KEY='${KEY}'\n`,
      ".env": `OPENAI_API_KEY=${KEY}\n`,
      "bad.env": `${KEY}\n`,
    });
    const code = 'print(llm.complete("A bird").provider)';
    const only = { OPENAI_BASE_URL: server.openaiBaseUrl };
    const [named, silent, bad, missing] = await Promise.all([
      runBinary(["exec", "-e", code, "--env-file", "keys.env"], { cwd, env: only }),
      runBinary(["exec", "-e", code, "-q"], { cwd, env: only }),
      runBinary(["exec", "-e", code, "--env-file", "bad.env"], { cwd, env: only }),
      runBinary(["exec", "-e", code, "--env-file", "nosuch.env"], { cwd, env: only }),
    ]);
    expect(named.stdout).toBe("openai\n");
    expect(silent.stdout).toBe("mock\n");
    expect(bad).toMatchObject({ status: 2, stdout: "" });
    expect(bad.stderr).toContain("--> bad.env:1:1");
    expect(bad.stderr).not.toContain(KEY);
    expect(missing.stderr).toContain('error[environment.file]: There is no file "nosuch.env"');
  });

  test("models lists the providers, and the models of those that can be used", async () => {
    const [all, one, none, unknown] = await Promise.all([
      runBinary(["models"], { env }),
      runBinary(["models", "openai", "--json"], { env }),
      runBinary(["models", "anthropic"], { env }),
      runBinary(["models", "opnai"], { env }),
    ]);
    expect(all.stdout).toMatch(/^anthropic +no .*ANTHROPIC_API_KEY is not set$/m);
    expect(all.stdout).toMatch(/^openai +yes +gpt-5-mini$/m);
    expect(all.stdout).toContain("Without --model: openai/gpt-5-mini");
    expect(all.stdout).toMatch(/^mock\/helper$/m);
    expect((JSON.parse(one.stdout) as { models: { provider: string }[] }).models[0]?.provider).toBe("openai");
    expect(none.status).toBe(5);
    expect(none.stderr).toContain("ANTHROPIC_API_KEY");
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain('did you mean "openai"?');
  });
});

describe("--mock", () => {
  const script = `
replies:
  - match: sum
    tool: {name: add, arguments: {a: 1, b: 2}}
  - match: fail
    fault: rate-limit
    retryAfter: 2s
  - First
  - chunks: ["Seco", "nd"]
`;
  const spell = `
local tools = {{name = "add", description = "Adds", parameters = {type = "object", properties = {a = {type = "integer"}}}}}
local called = llm.complete("the sum", {tools = tools})
print(called.finish_reason, called.tool_calls[1].name, called.tool_calls[1].arguments.b)
local ok, problem = pcall(llm.complete, "please fail")
print(ok, problem.code, problem.details.retry_after_ms or problem.details.retryAfterMs)
print(llm.complete("x"))
for piece in llm.stream("y") do spell.output("[" .. piece.text .. "]") end
print()
`;

  test("goes before the project's model: nothing is asked that costs", async () => {
    const cwd = makeFolder({
      "replies.yaml": "replies: [From the script]",
      "llmspell.yaml": "model: openai/gpt-5-mini\n",
    });
    const { stdout } = await runBinary(["exec", "--mock", "replies.yaml", "-e", 'print(llm.complete("x"))'], {
      cwd,
      env,
    });
    expect(stdout).toBe("From the script\n");
  });

  test("a script decides what the mock says", async () => {
    const cwd = makeFolder({ "replies.yaml": script, "spell.lua": spell });
    const { stdout, stderr, status } = await runBinary(["run", "spell.lua", "--mock", "replies.yaml"], { cwd, env });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toBe("tool-calls\tadd\t2\nfalse\tprovider.rate-limit\t2000\nFirst\n[Seco][nd]\n");
  });

  test("a script's fault has its place", async () => {
    const cwd = makeFolder({ "replies.yaml": "replies:\n  - txt: A wren\n", "bad.yaml": "replies: [\n" });
    const [key, syntax] = await Promise.all([
      runBinary(["run", "hello", "--mock", "replies.yaml"], { cwd }),
      runBinary(["run", "hello", "--mock", "bad.yaml"], { cwd }),
    ]);
    expect(key.stderr).toContain("error[provider.script]");
    expect(key.stderr).toContain('"text"');
    expect(key.status).toBe(2);
    expect(syntax.stderr).toContain("--> bad.yaml:");
    expect(syntax.status).toBe(2);
  });
});
