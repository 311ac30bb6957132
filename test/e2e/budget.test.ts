import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { makeFolder, runBinary } from "./binary.ts";

/** A server that speaks enough of OpenAI's protocol, and counts what it was asked. */
let asked = 0;
let server: ReturnType<typeof Bun.serve>;

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      asked++;
      const { messages } = (await request.json()) as { messages: { content: string }[] };
      return Response.json({
        id: "1",
        object: "chat.completion",
        created: 1,
        model: "gpt-5-mini",
        choices: [
          { index: 0, message: { role: "assistant", content: messages.at(-1)?.content }, finish_reason: "stop" },
        ],
        usage: { prompt_tokens: 1000, completion_tokens: 1000, total_tokens: 2000 },
      });
    },
  });
});
afterAll(() => server.stop(true));

const run = (words: readonly string[], folder = makeFolder()) =>
  runBinary(["exec", "-q", "-m", "openai/gpt-5-mini", ...words], {
    cwd: folder,
    env: { OPENAI_API_KEY: "k", OPENAI_BASE_URL: `http://127.0.0.1:${server.port}/v1` },
  });

const CATCHING = {
  lua: `local ok, e = pcall(llm.complete, "hi", {max_tokens = 1000})\nprint(ok, e.code)\nprint(pcall(llm.complete, "hi", {max_tokens = 1}))`,
  javascript: `let r = "none"; try { await llm.complete("hi", {maxTokens: 1000}) } catch (e) { r = e.code }\nconsole.log("false\\t" + r);\ntry { await llm.complete("hi", {maxTokens: 1}); console.log("true\\thi") } catch (e) { console.log(e.message) }`,
  tengo: `fmt := import("fmt")\ne := llm.complete("hi", {max_tokens: 1000})\nfmt.println(!is_error(e), "\\t", e.value.code)\nfmt.println("true\\t", llm.complete("hi", {max_tokens: 1}))`,
};

describe("a budget in dollars", () => {
  test.each(Object.entries(CATCHING))(
    "refuses what could cost more, and the script can tell: %s",
    async (engine, source) => {
      const before = asked;
      const { stdout, stderr, status } = await run(["--budget", "usd=0.001", "--engine", engine, "-e", source]);
      expect({ stdout, stderr, status }).toEqual({ stdout: "false\tlimit.usd\ntrue\thi\n", stderr: "", status: 0 });
      expect(asked - before).toBe(1);
    },
  );

  test("holds for calls at once, and what was spent is in the summary", async () => {
    const before = asked;
    // Each costs 0.00225 by the price list; each may cost 0.0021 for its answer and less for its question.
    const source = `
      local tasks = {}
      for i = 1, 20 do tasks[i] = async.spawn(function() return (pcall(llm.complete, "hi", {max_tokens = 1000})) end) end
      local done = 0
      for i = 1, 20 do if tasks[i]:await() then done = done + 1 end end
      return done`;
    const { stdout, status } = await run(["--budget", "usd=0.01", "--json", "-e", source]);
    const { result, usage } = JSON.parse(stdout) as { result: number; usage: { usd: number; llmCalls: number } };
    expect(status).toBe(0);
    expect(asked - before).toBe(result);
    expect(usage.usd).toBeCloseTo(result * 0.00225, 8);
    expect(usage.usd).toBeLessThanOrEqual(0.0125);
    expect([3, 4, 5]).toContain(result);
  });

  test("that nobody catches ends the run, with the line that set it", async () => {
    const { stderr, status } = await run(["--budget", "usd=0", "-e", `llm.complete("hi", {max_tokens = 10})`]);
    expect(status).toBe(4);
    expect(stderr).toContain("error[limit.usd]: The call could take up to $");
    expect(stderr).toContain("budget.usd is set by --budget");
  });

  test("a model whose price nobody knows is refused, unless the profile counts its tokens alone", async () => {
    const source = `local a = llm.complete("hi", {max_tokens = 2000, model = "openai/no-such-model"}); print(a.cost.known)`;
    const refused = await run(["-e", source]);
    expect({ status: refused.status, refused: refused.stderr.includes("limit.price") }).toEqual({
      status: 4,
      refused: true,
    });
    expect(refused.stderr).toContain("unknownPrices: count-tokens");
    const folder = makeFolder({ "p.yaml": "extends: standard\nbridges: { llm: { unknownPrices: count-tokens } }\n" });
    const allowed = await run(["--profile", "./p.yaml", "-e", source], folder);
    expect(allowed).toMatchObject({ stdout: "false\n", status: 0 });
  });
});
