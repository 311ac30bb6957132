import { afterEach, describe, expect, test } from "bun:test";
import type { ProviderDefinition } from "../../../src/contract/provider.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";
import { compatible } from "../../../src/providers/compatible.ts";
import { openai } from "../../../src/providers/openai.ts";

const servers: ReturnType<typeof Bun.serve>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) void server.stop(true);
});

const never = new AbortController().signal;

/** A server that answers by path, and keeps what it was sent. */
async function open(definition: ProviderDefinition, answers: Readonly<Record<string, unknown>>, path = "/v1") {
  const seen: { readonly route: string; readonly body: string }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const route = `${request.method} ${new URL(request.url).pathname}`;
      seen.push({ route, body: await request.text() });
      const answer = answers[route];
      if (answer === undefined) return new Response("{}", { status: 404 });
      return typeof answer === "string" ? new Response(answer) : Response.json(answer);
    },
  });
  servers.push(server);
  const make = await definition.load();
  const timeouts = { firstByte: 20_000, chunk: 20_000 };
  const baseUrl = `http://127.0.0.1:${server.port}${path}`;
  return { seen, baseUrl, provider: make({ key: "k", baseUrl, fetch, timeouts, maxRetries: 0 }) };
}

const ASK = [1, 2].map((place) => ({ model: "m", messages: [{ role: "user", content: `q${place}` } as const] }));

describe("batches on the wire", () => {
  test("OpenAI: a file of requests, and files of results", async () => {
    const batch = { id: "b1", status: "in_progress", request_counts: { total: 2, completed: 0, failed: 0 } };
    const done = { ...batch, status: "completed", output_file_id: "out", error_file_id: "err" };
    const answer = { model: "m", choices: [{ message: { content: "a2" }, finish_reason: "stop" }] };
    const { provider, seen } = await open(openai, {
      "POST /v1/files": { id: "f1" },
      "POST /v1/batches": batch,
      "POST /v1/batches/b1/cancel": { ...batch, status: "cancelling" },
      "GET /v1/batches/b1": { ...done, request_counts: { total: 2, completed: 1, failed: 1 } },
      "GET /v1/files/out/content": `${JSON.stringify({ custom_id: "1", response: { status_code: 200, body: answer } })}\n`,
      "GET /v1/files/err/content": `${JSON.stringify({ custom_id: "0", response: { status_code: 400, body: { error: { message: "No" } } } })}\n`,
    });
    const { batches } = provider;
    expect(await batches?.submit(ASK, never)).toEqual({
      id: "b1",
      status: "running",
      total: 2,
      succeeded: 0,
      failed: 0,
    });
    const [line] = /^\{"custom_id":"0".*$/m.exec(seen[0]?.body ?? "") ?? [];
    expect(JSON.parse(line ?? "")).toMatchObject({
      url: "/v1/chat/completions",
      body: { messages: [{ content: "q1" }] },
    });
    expect(JSON.parse(seen[1]?.body ?? "")).toMatchObject({ input_file_id: "f1" });
    expect(await batches?.state("b1", never)).toMatchObject({ status: "done", succeeded: 1, failed: 1 });
    expect(await batches?.results("b1", never)).toMatchObject([{ error: "No" }, { generation: { text: "a2" } }]);
    expect(await batches?.cancel("b1", never)).toMatchObject({ status: "cancelling" });
  });

  test("OpenAI: results of a batch that runs are an error", async () => {
    const { provider } = await open(openai, { "GET /v1/batches/b1": { id: "b1", status: "in_progress" } });
    await expect(provider.batches?.results("b1", never)).rejects.toMatchObject({ code: "provider.batch" });
  });

  test("Anthropic: requests in one message, results line by line", async () => {
    const counts = { processing: 2, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
    const batch = { id: "b1", processing_status: "in_progress", request_counts: counts };
    const message = { model: "m", content: [{ type: "text", text: "a2" }], stop_reason: "end_turn", usage: {} };
    const answers: Record<string, unknown> = {
      "POST /v1/messages/batches": batch,
      "POST /v1/messages/batches/b1/cancel": { ...batch, processing_status: "canceling" },
    };
    const { provider, seen, baseUrl } = await open(anthropic, answers, "");
    answers["GET /v1/messages/batches/b1"] = {
      ...batch,
      processing_status: "ended",
      request_counts: { ...counts, processing: 0, succeeded: 1, errored: 1 },
      results_url: `${baseUrl}/v1/messages/batches/b1/results`,
    };
    answers["GET /v1/messages/batches/b1/results"] = [
      { custom_id: "1", result: { type: "succeeded", message } },
      { custom_id: "0", result: { type: "errored", error: { type: "error", error: { type: "x", message: "No" } } } },
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join("");
    const { batches } = provider;
    expect(await batches?.submit(ASK, never)).toEqual({
      id: "b1",
      status: "running",
      total: 2,
      succeeded: 0,
      failed: 0,
    });
    expect(JSON.parse(seen[0]?.body ?? "")).toMatchObject({
      requests: [{ custom_id: "0", params: { messages: [{ content: [{ text: "q1" }] }] } }, { custom_id: "1" }],
    });
    expect(await batches?.state("b1", never)).toMatchObject({ status: "done", succeeded: 1, failed: 1 });
    expect(await batches?.results("b1", never)).toMatchObject([{ error: "No" }, { generation: { text: "a2" } }]);
    expect(await batches?.cancel("b1", never)).toMatchObject({ status: "cancelling" });
  });

  test("Anthropic: results that lie elsewhere are not fetched", async () => {
    const counts = { processing: 0, succeeded: 1, errored: 0, canceled: 0, expired: 0 };
    const batch = { id: "b1", processing_status: "ended", request_counts: counts, results_url: "http://127.0.0.1:9/x" };
    const { provider } = await open(anthropic, { "GET /v1/messages/batches/b1": batch }, "");
    await expect(provider.batches?.results("b1", never)).rejects.toMatchObject({ code: "provider.network" });
  });
});

describe("moderation on the wire", () => {
  const categories = { hate: true, violence: false };
  const category_scores = { hate: 0.8, violence: 0.1 };
  for (const [id, result, model] of [
    ["openai", { flagged: true, categories, category_scores }, "omni-moderation-latest"],
    ["mistral", { categories, category_scores }, "mistral-moderation-latest"],
  ] as const) {
    test(id, async () => {
      const definition = [openai, ...compatible].find((one) => one.id === id);
      if (definition === undefined) throw new Error(`There is no ${id}`);
      const { provider, seen } = await open(definition, {
        "POST /v1/moderations": { id: "1", model: "x", results: [result] },
      });
      expect(await provider.moderate?.({ texts: ["t"] }, never)).toEqual({
        model: "x",
        results: [{ flagged: true, categories: ["hate"], scores: category_scores }],
      });
      expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ model, input: ["t"] });
    });
  }
});
