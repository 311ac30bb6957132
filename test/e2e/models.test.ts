import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startModelServer, startRawServer, type ModelServer } from "../model-server.ts";
import { makeFolder, NOWHERE, runBinary, startBinary, TEST_TIME, until } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;

let server: ModelServer;
let env: Record<string, string>;
/** A folder with a journal of some runs. */
let cwd: string;

beforeAll(async () => {
  server = await startModelServer();
  env = {
    OPENAI_BASE_URL: server.openaiBaseUrl,
    OPENAI_API_KEY: "sk-test-0123456789",
    MISTRAL_BASE_URL: NOWHERE,
    MISTRAL_API_KEY: "mi-test-0123456789",
  };
  server.mock.onMessage("broken", { error: { message: "Oh no" }, status: 400 });
  server.mock.onMessage(/./, { content: "A wren.", usage: { prompt_tokens: 100, completion_tokens: 50 } });
  cwd = makeFolder();
  for (const [engine, code] of [
    [
      "lua",
      `llm.complete("Secret words", {model = "openai/gpt-5-mini"}) pcall(llm.complete, "broken", {model = "openai/gpt-5-mini"})`,
    ],
    ["javascript", `for await (const piece of await llm.stream("A bird", {model: "openai/gpt-5-mini"}));`],
    [
      "tengo",
      `provider.complete("A bird", {models: ["mistral/mistral-small-latest", "openai/gpt-5-nano"], retries: 0})`,
    ],
    ["fengari", `llm.complete("Hello")`],
  ] as const) {
    const run = await runBinary(["exec", "--engine", engine, "-e", code, "--journal", "j.db", "-m", "mock"], {
      cwd,
      env,
    });
    expect(run).toMatchObject({ status: 0 });
  }
});

afterAll(() => server.close());

const report = (...more: readonly string[]) =>
  runBinary(["models", "report", "--journal", "j.db", ...more], { cwd, env });

describe("models report", () => {
  test("has what the runs saw: each model of a group, streams, failures, and no texts", async () => {
    const { stdout, stderr, status } = await report("--format", "json", "--since", "1d");
    expect(status).toBe(0);
    expect(stderr).toContain("6 calls in 4 runs since 1d");
    const { figures, models } = JSON.parse(stdout) as {
      figures: {
        models: { model: string; calls: number; errors: number; inputTokens: number; usd: number; latency?: object }[];
        days: object[];
      };
      models: { name: string }[];
    };
    const found = Object.fromEntries(figures.models.map((each) => [each.model, each]));
    expect(found["openai/gpt-5-mini"]).toMatchObject({ calls: 3, errors: 1, latency: { p50: expect.any(Number) } });
    expect(found["openai/gpt-5-mini"]?.usd).toBeCloseTo(2 * ((100 * 0.25 + 50 * 2) / 1e6), 10);
    expect(found["openai/gpt-5-nano"]).toMatchObject({ calls: 1, errors: 0, inputTokens: 100 });
    expect(found["mistral/mistral-small-latest"]).toMatchObject({
      calls: 1,
      errors: 1,
      codes: [{ code: "provider.network", calls: 1 }],
    });
    expect(found["mock/helper"]).toMatchObject({ calls: 1 });
    expect(models.map(({ name }) => name).toSorted()).toEqual([
      "mistral/mistral-small-latest",
      "openai/gpt-5-mini",
      "openai/gpt-5-nano",
    ]);
    expect(stdout).not.toContain("Secret words");
  });

  test("in every form; to a file; without runs", async () => {
    const [md, csv, html, svg, openapi, none] = await Promise.all([
      report(),
      report("--format", "csv"),
      report("--format", "html", "--out", "report.html"),
      report("--format", "svg", "--search", "gpt-5"),
      report("--format", "openapi"),
      runBinary(["models", "report", "--journal", "none.db"], { cwd }),
    ]);
    expect(md.stdout).toContain("| openai/gpt-5-mini | 3 | 1 (33%) |");
    expect(csv.stdout).toStartWith("model,calls,failed,");
    expect(html.stdout).toBe("");
    expect(readFileSync(join(cwd, "report.html"), "utf8")).toContain("<svg");
    expect(svg.stdout).toStartWith("<svg");
    expect((JSON.parse(openapi.stdout) as { openapi: string }).openapi).toBe("3.1.0");
    expect(none).toMatchObject({ status: 0, stdout: expect.stringContaining("0 in 0 runs") });
    expect(existsSync(join(cwd, "none.db"))).toBe(false);
  });

  test("wrong options are told", async () => {
    const [since, format, file] = await Promise.all([
      report("--since", "yesterday"),
      report("--format", "pdf"),
      report("--out", "."),
    ]);
    expect([since.status, since.stderr.includes("neither a time nor a duration")]).toEqual([2, true]);
    expect(format.status).toBe(2);
    expect([file.status, file.stderr.split(":")[0]]).toEqual([2, "error[usage]"]);
  });
});

describe("models", () => {
  test("--search looks through the catalogue without asking anybody", async () => {
    const before = server.requests().length;
    const [table, json, unknown] = await Promise.all([
      runBinary(["models", "openai", "--search", "gpt-5 mini"], { env }),
      runBinary(["models", "--search", "claude sonnet", "--json"], { env }),
      runBinary(["models", "opnai", "--search", "x"], { env }),
    ]);
    expect(table.stdout).toMatch(/^openai\/gpt-5-mini +400000 +0.25 +2 +2024-05-30 +tools vision thinking$/m);
    expect(table.stderr).toContain("genai-prices of 2026-09-23");
    const { models, sources } = JSON.parse(json.stdout) as { models: { name: string }[]; sources: { date: string }[] };
    expect(models.some(({ name }) => name === "anthropic/claude-sonnet-5")).toBe(true);
    expect(sources).toHaveLength(2);
    expect([unknown.status, unknown.stderr.includes('did you mean "openai"?')]).toEqual([2, true]);
    expect(server.requests().length).toBe(before);
  });

  test("--refresh shows the catalogue with what the providers list", async () => {
    const { stdout, status } = await runBinary(["models", "openai", "--refresh", "--json"], { env });
    const { models } = JSON.parse(stdout) as { models: { name: string; sources: string[] }[] };
    expect(status).toBe(0);
    expect(models.some(({ sources }) => sources.includes("provider"))).toBe(true);
  });
});

describe("models recommend", () => {
  const recommend = (...args: readonly string[]) =>
    runBinary(["models", "recommend", "--journal", "j.db", ...args], { cwd, env });

  test("gives the best with its reasons, the runners-up and what was left out", async () => {
    const [table, json] = await Promise.all([
      recommend("extract", "--needs", "tools,vision", "--provider", "openai", "--max-usd", "0.01"),
      recommend("extract", "--needs", "tools", "--usable", "--json"),
    ]);
    expect(table.stdout).toMatch(/^\* openai\/\S+ +1\.00 +\$\S+ a call by list price; takes \d+ tokens/m);
    expect(table.stdout).toContain("Left out: ");
    expect(table.stdout).toContain("No figure of quality is known");
    const found = JSON.parse(json.stdout) as {
      best: { model: string; usd: number };
      front: string[];
      runnersUp: object[];
    };
    expect(found.best.model).toMatch(/^(openai|mistral)\//);
    expect(found.front).toContain(found.best.model);
    expect(found.runnersUp.length).toBeGreaterThan(0);
  });

  test("wrong tasks, abilities and amounts are told with the nearest right ones", async () => {
    const [task, ability, amount, none] = await Promise.all([
      recommend("sumarize"),
      recommend("chat", "--needs", "tolls"),
      recommend("chat", "--max-usd", "cheap"),
      recommend("chat", "--max-usd", "0", "--provider", "openai"),
    ]);
    expect([task.status, task.stderr.includes('did you mean "summarize"?')]).toEqual([2, true]);
    expect([ability.status, ability.stderr.includes('did you mean "tools"?')]).toEqual([2, true]);
    expect([amount.status, amount.stderr.includes("no amount of dollars")]).toEqual([2, true]);
    expect([none.status, none.stdout.includes("None is left")]).toEqual([1, true]);
  });
});

test("a run that dies while a group is asked is resumed with its groups and limits, and asks with the same key", async () => {
  const say = (content: string) => ({
    status: 200,
    body: JSON.stringify({ id: "1", model: "m", choices: [{ index: 0, message: { content }, finish_reason: "stop" }] }),
  });
  const raw = await startRawServer([[say("one")], ["stall"], [say("two")]]);
  const source = `
    provider.define("team", {models = {"groq", "openai/m"}})
    pool.limit("openai", {concurrency = 1})
    print(provider.complete("first", {group = "team"}))
    print(provider.complete("second", {group = "team"}))
    print(pool.stats().lanes[1].concurrency)
    local _, e = pcall(llm.complete, "third", {model = "openai/m"})
    print(e.code)`;
  const folder = makeFolder({
    "team.lua": source,
    "p.yaml": "extends: standard\nbudget: null\nlimits: { llmCalls: 4 }\n",
  });
  const options = { cwd: folder, env: { OPENAI_BASE_URL: raw.url, OPENAI_API_KEY: "sk-test-0123456789" } };
  const child = startBinary(["run", "./team.lua", "--profile", "./p.yaml", "--journal", "j.db"], options);
  expect(await until(() => raw.requests().length === 2)).toBe(true);
  child.kill("SIGKILL");
  await child.exited;
  const resumed = await runBinary(["resume", "last", "--journal", "j.db"], options);
  expect(resumed).toMatchObject({ stdout: "one\ntwo\n1\nlimit.llm-calls\n", status: 0 });
  const keys = raw.heads().map((head) => /^idempotency-key: (.*)$/im.exec(head)?.[1]);
  expect(keys).toHaveLength(3);
  expect(keys[1]).toBe(keys[2]);
  expect(keys[0]).not.toBe(keys[1]);
  await raw.close();
});
