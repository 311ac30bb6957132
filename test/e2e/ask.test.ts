import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { startModelServer, startRawServer, type ModelServer } from "../model-server.ts";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

let server: ModelServer;
let env: Record<string, string>;

beforeAll(async () => {
  server = await startModelServer();
  env = {
    OPENAI_BASE_URL: server.openaiBaseUrl,
    OPENAI_API_KEY: "k",
    ANTHROPIC_BASE_URL: server.anthropicBaseUrl,
    ANTHROPIC_API_KEY: "k",
  };
  const usage = { prompt_tokens: 1000, completion_tokens: 1000, input_tokens: 1000, output_tokens: 1000 };
  server.mock.onMessage(/bird|picture/, { content: "A wren.", usage }, { chunkSize: 3 });
});
afterAll(() => server.close());

const ask = (words: readonly string[], options: Parameters<typeof runBinary>[1] = {}) =>
  runBinary(["ask", ...words], { env, ...options });

describe("llmspell ask", () => {
  for (const [model, cost] of [
    ["openai/gpt-5-mini", "$0.0023"],
    ["anthropic/claude-sonnet-5", "$0.012"],
  ] as const) {
    test(`${model}: the answer on standard output, what it cost on standard error`, async () => {
      const { stdout, stderr, status } = await ask(["Name", "a", "bird", "-m", model]);
      expect({ stdout, status }).toEqual({ stdout: "A wren.\n", status: 0 });
      expect(stderr).toBe(`llmspell: spent ${cost} on 1 call to models (2000 tokens)\n`);
    });
  }

  test("an attachment and standard input are parts of the question", async () => {
    const cwd = makeFolder({ "wren.png": PNG, "notes.txt": "It sings." });
    const words = ["What is in the picture?", "-f", "wren.png", "-f", "notes.txt", "-q", "-m", "openai"];
    const { stdout, stderr, status } = await ask(words, { cwd, stdin: "in the garden" });
    expect({ stdout, stderr, status }).toEqual({ stdout: "A wren.\n", stderr: "", status: 0 });
    const sent = JSON.stringify(server.requests());
    for (const part of ["data:image/png;base64,iVBORw0KGgoBAgM=", "It sings.", "in the garden"]) {
      expect(sent).toContain(part);
    }
  });

  test("JSON has the answer and what was used", async () => {
    const { stdout, status } = await ask(["A bird", "--json", "-m", "openai"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      spell: "ask",
      status: "done",
      usage: { llmCalls: 1, tokens: 2000 },
      result: { text: "A wren.", cost: { known: true } },
    });
  });

  test("a schema makes the answer JSON", async () => {
    const cwd = makeFolder({ "s.yaml": "type: object\nproperties: { name: { const: wren } }\nrequired: [name]\n" });
    const { stdout } = await ask(["bird?", "--schema", "s.yaml", "-m", "mock"], { cwd });
    expect(JSON.parse(stdout)).toEqual({ name: "wren" });
  });

  test("it is a run like any other: profiles and budgets hold", async () => {
    const cwd = makeFolder({ "none.yaml": "extends: minimal\n" });
    const denied = await ask(["x", "--profile", "./none.yaml", "-m", "mock"], { cwd });
    expect({ status: denied.status, stderr: denied.stderr.includes("grant.needs") }).toEqual({
      status: 3,
      stderr: true,
    });
    const poor = await ask(["A bird", "--budget", "usd=0", "-m", "openai"]);
    expect({ status: poor.status, stderr: poor.stderr.includes("limit.usd") }).toEqual({ status: 4, stderr: true });
  });

  for (const [what, words, status, said] of [
    ["a file that is not there", ["x", "-f", "none.png"], 1, 'Cannot read "none.png"'],
    ["a file of no known type", ["x", "-f", "x.bin"], 5, 'The file "x.bin" is of an unknown type'],
    ["no question", [], 2, "There is no question"],
    ["a number that is none", ["x", "--max-tokens", "many"], 2, "--max-tokens takes a number"],
    ["a schema that is not there", ["x", "--schema", "none.json"], 2, 'There is no file "none.json"'],
  ] as const) {
    test(`${what} is an error`, async () => {
      const cwd = makeFolder({ "x.bin": Uint8Array.of(0, 1, 2) });
      const result = await ask([...words, "-m", "mock"], { cwd });
      expect(result.stderr).toContain(said);
      expect(result.status).toBe(status);
    });
  }

  test("what was said before the connection broke was shown", async () => {
    const event = { data: { id: "1", model: "m", choices: [{ index: 0, delta: { content: "A w" } }] } };
    const raw = await startRawServer([[event, "stall"]]);
    const more = { OPENAI_BASE_URL: raw.url, LLMSPELL_CHUNK_TIMEOUT: "200ms" };
    const { stdout, stderr, status } = await ask(["A bird", "-m", "openai"], { env: { ...env, ...more } });
    await raw.close();
    expect({ stdout, status }).toEqual({ stdout: "A w", status: 5 });
    expect(stderr).toContain("error[provider.timeout]");
  });
});

describe("what a run spent", () => {
  test("is told by run, exec and resume, and not where it is nothing", async () => {
    const code = 'llm.complete("A bird", {max_tokens = 100})';
    const paid = await runBinary(["exec", "-e", code, "-m", "openai"], { env });
    expect(paid.stderr).toBe("llmspell: spent $0.0023 on 1 call to models (2000 tokens)\n");
    const free = await runBinary(["exec", "-e", code, "-m", "mock"], { env });
    expect(free.stderr).toBe("");
  });

  test("says where nobody knows the price", async () => {
    const cwd = makeFolder({ "p.yaml": "extends: standard\nbridges: { llm: { unknownPrices: count-tokens } }\n" });
    const { stderr } = await ask(["A bird", "--profile", "./p.yaml", "-m", "openai/none"], { cwd });
    expect(stderr).toBe(
      "llmspell: spent $0.00 on 1 call to models (2000 tokens, of which 2000 at a price that nobody knows)\n",
    );
  });
});

describe("answers that all runs share", () => {
  const profile = (more: string) => `extends: standard\nbridges: { llm: { cache: { scope: shared${more} } } }\n`;
  const code = `local a = llm.complete("A bird"); print(a.text, a.cached, a.cost.usd > 0)`;

  test("are given again, by another process, for nothing; and not under another grant, key or address", async () => {
    const cwd = makeFolder({ "a.yaml": profile(""), "b.yaml": profile(", ttl: 2h") });
    const exec = async (name: string, more: Record<string, string> = {}) => {
      const shared = { ...env, LLMSPELL_ANSWERS: `${cwd}/answers.db`, ...more };
      return (
        await runBinary(["exec", "-q", "-e", code, "-m", "openai", "--profile", `./${name}.yaml`], { cwd, env: shared })
      ).stdout;
    };
    const [anew, again] = ["A wren.\tnil\ttrue\n", "A wren.\ttrue\tfalse\n"];
    expect([await exec("a"), await exec("a")]).toEqual([anew, again]);
    expect(await exec("b")).toBe(anew);
    expect(await exec("a", { OPENAI_API_KEY: "other" })).toBe(anew);
    const other = await startModelServer();
    other.mock.onMessage(/bird/, { content: "A wren.", usage: { prompt_tokens: 1000, completion_tokens: 1000 } });
    expect(await exec("a", { OPENAI_BASE_URL: other.openaiBaseUrl })).toBe(anew);
    await other.close();
    expect(await exec("a")).toBe(again);
    const bytes = await Bun.file(`${cwd}/answers.db`).bytes();
    expect(new TextDecoder("latin1").decode(bytes)).not.toContain("other");
  });
});
