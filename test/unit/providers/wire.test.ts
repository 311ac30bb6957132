import { afterEach, describe, expect, test } from "bun:test";
import type { GenerateRequest, ProviderDefinition, ProviderOptions } from "../../../src/contract/provider.ts";
import { Float } from "../../../src/contract/value.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";
import { compatible } from "../../../src/providers/compatible.ts";
import { openai } from "../../../src/providers/openai.ts";
import { type RawServer, type RawStep, startRawServer } from "../../model-server.ts";
import { CHAT_COMPLETIONS, KEY, MESSAGES } from "./open-over-http.ts";

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const never = new AbortController().signal;

async function open(
  definition: ProviderDefinition,
  answers: readonly (readonly RawStep[])[],
  more: Partial<ProviderOptions> = {},
) {
  const server = await startRawServer(answers);
  servers.push(server);
  const make = await definition.load();
  const timeouts = { firstByte: 20_000, chunk: 20_000 };
  const baseUrl = `${server.url}${definition === anthropic ? MESSAGES.path : CHAT_COMPLETIONS.path}`;
  return { server, provider: make({ key: KEY, baseUrl, fetch, timeouts, maxRetries: 0, ...more }) };
}

function compatibleServer(id: string): ProviderDefinition {
  const found = compatible.find((definition) => definition.id === id);
  if (found === undefined) throw new Error(`There is no ${id}`);
  return found;
}

const CHAT_ANSWER = JSON.stringify({
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
});
const MESSAGES_ANSWER = JSON.stringify({
  model: "m",
  role: "assistant",
  content: [{ type: "text", text: "ok" }],
  stop_reason: "end_turn",
  usage: { input_tokens: 1, output_tokens: 1, cache_read_input_tokens: 5 },
});

/** What a provider sends for a request. */
async function sent(
  definition: ProviderDefinition,
  request: Partial<GenerateRequest>,
): Promise<Record<string, unknown>> {
  const body = definition === anthropic ? MESSAGES_ANSWER : CHAT_ANSWER;
  const { server, provider } = await open(definition, [[{ status: 200, body }]]);
  await provider.generate({ model: "m", messages: [{ role: "user", content: "hi" }], ...request }, never);
  return JSON.parse(server.requests()[0] ?? "") as Record<string, unknown>;
}

const CONVERSATION: GenerateRequest["messages"] = [
  { role: "system", content: "Be short." },
  { role: "user", content: [{ type: "text", text: "Add" }] },
  {
    role: "assistant",
    content: [
      { type: "text", text: "So" },
      { type: "tool-call", id: "c1", name: "add", arguments: { a: new Float(1), b: 2 } },
      { type: "tool-call", id: "c2", name: "now", arguments: {} },
    ],
  },
  { role: "tool", content: [{ type: "tool-result", id: "c1", text: "3" }] },
  { role: "tool", content: [{ type: "tool-result", id: "c2", text: "no clock", isError: true }] },
  { role: "user", content: "Go on" },
];

const EVERYTHING: Partial<GenerateRequest> = {
  maxTokens: 9000,
  temperature: 1.5,
  topP: 0.5,
  stop: ["x"],
  seed: 7,
  toolChoice: "required",
  tools: [{ name: "add", description: "Adds", parameters: { type: "object", properties: { a: { type: "number" } } } }],
};

describe("what OpenAI's protocol sends", () => {
  test("the texts of one message apart from each other", async () => {
    const content = ["a", "", 'File "x.txt":\nb'].map((text) => ({ type: "text", text }) as const);
    const conversation = (["system", "user", "assistant"] as const).map((role) => ({ role, content }));
    const { messages } = await sent(openai, { messages: conversation });
    const joined = 'a\n\nFile "x.txt":\nb';
    expect(messages).toEqual(conversation.map(({ role }) => ({ role, content: joined })));
  });

  test("a conversation with tools", async () => {
    const { messages } = await sent(openai, { messages: CONVERSATION });
    expect(messages).toEqual([
      { role: "system", content: "Be short." },
      { role: "user", content: "Add" },
      {
        role: "assistant",
        content: "So",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "add", arguments: '{"a":1,"b":2}' } },
          { id: "c2", type: "function", function: { name: "now", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "3" },
      { role: "tool", tool_call_id: "c2", content: "Error: no clock" },
      { role: "user", content: "Go on" },
    ]);
  });

  test("every option", async () => {
    expect(await sent(openai, { ...EVERYTHING, thinkingTokens: 4000 })).toMatchObject({
      max_completion_tokens: 9000,
      temperature: 1.5,
      top_p: 0.5,
      stop: ["x"],
      seed: 7,
      tool_choice: "required",
      reasoning_effort: "medium",
      tools: [{ type: "function", function: { name: "add" } }],
    });
  });

  test("nothing that was not asked for", async () => {
    expect(Object.keys(await sent(openai, {})).sort()).toEqual(["messages", "model", "stream"]);
  });

  test("the departures of Mistral, DeepSeek and OpenRouter", async () => {
    const mistral = await sent(compatibleServer("mistral"), EVERYTHING);
    expect(mistral).toMatchObject({ max_tokens: 9000, random_seed: 7, tool_choice: "any" });
    expect(mistral).not.toHaveProperty("seed");
    const schema = { name: "x", schema: { type: "object" } };
    const deepseek = await sent(compatibleServer("deepseek"), { schema });
    expect(deepseek).toMatchObject({ response_format: { type: "json_object" } });
    expect(JSON.stringify(deepseek["messages"])).toContain("JSON Schema");
    expect(await sent(compatibleServer("openrouter"), { thinkingTokens: 300 })).toMatchObject({
      reasoning: { max_tokens: 300 },
    });
  });

  for (const [strict, schema] of [
    [true, { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false }],
    [false, { type: "object", properties: { a: { type: "string" } }, required: ["a"] }],
    [false, { type: "object", properties: { a: { type: "string" } }, additionalProperties: false }],
  ] as const) {
    test(`a schema, strict: ${strict}`, async () => {
      expect(await sent(openai, { schema: { name: "my answer!", schema } })).toMatchObject({
        response_format: { type: "json_schema", json_schema: { name: "my_answer_", strict, schema } },
      });
    });
  }
});

describe("what Anthropic's protocol sends", () => {
  test("a conversation with tools", async () => {
    const body = await sent(anthropic, { messages: CONVERSATION });
    expect(body).toMatchObject({
      system: "Be short.",
      max_tokens: 4096,
      messages: [
        { role: "user", content: [{ type: "text", text: "Add" }] },
        {
          role: "assistant",
          content: [
            { type: "text", text: "So" },
            { type: "tool_use", id: "c1", name: "add", input: { a: 1, b: 2 } },
            { type: "tool_use", id: "c2", name: "now", input: {} },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "c1", content: "3" },
            { type: "tool_result", tool_use_id: "c2", content: "no clock", is_error: true },
            { type: "text", text: "Go on" },
          ],
        },
      ],
    });
  });

  test("every option", async () => {
    const body = await sent(anthropic, EVERYTHING);
    expect(body).toMatchObject({
      max_tokens: 9000,
      temperature: 1,
      top_p: 0.5,
      stop_sequences: ["x"],
      tool_choice: { type: "any" },
      tools: [{ name: "add", input_schema: { type: "object" } }],
    });
    expect(body).not.toHaveProperty("seed");
  });

  test("thinking, by budget or by effort", async () => {
    expect(await sent(anthropic, { model: "claude-haiku-4-5-20251001", thinkingTokens: 100 })).toMatchObject({
      thinking: { type: "enabled", budget_tokens: 1024 },
      max_tokens: 4096 + 1024,
    });
    expect(await sent(anthropic, { model: "claude-sonnet-5", thinkingTokens: 3000 })).toMatchObject({
      thinking: { type: "adaptive" },
      output_config: { effort: "medium" },
    });
    const tooMuch = sent(anthropic, { model: "claude-haiku-4-5", thinkingTokens: 5000, maxTokens: 5000 });
    await expect(tooMuch).rejects.toMatchObject({ code: "provider.request" });
  });

  test("a schema, closed as the protocol wants it", async () => {
    const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
    expect(await sent(anthropic, { schema: { name: "x", schema } })).toMatchObject({
      output_config: { format: { type: "json_schema", schema: { ...schema, additionalProperties: false } } },
    });
  });

  test("tokens from the cache are counted", async () => {
    const { provider } = await open(anthropic, [[{ status: 200, body: MESSAGES_ANSWER }]]);
    const { usage } = await provider.generate({ model: "m", messages: [{ role: "user", content: "hi" }] }, never);
    expect(usage).toEqual({ inputTokens: 6, outputTokens: 1, cachedTokens: 5 });
  });
});

describe("what goes wrong on the wire", () => {
  const ask = { model: "m", messages: [{ role: "user", content: "hi" }] } as const;
  const both = [openai, anthropic] as const;

  async function walk(stream: AsyncIterable<unknown>): Promise<void> {
    for await (const _event of stream);
  }

  for (const definition of both) {
    const { beginning } = definition === anthropic ? MESSAGES : CHAT_COMPLETIONS;

    test(`${definition.id}: an answer that is not JSON`, async () => {
      const { provider } = await open(definition, [[{ status: 200, body: "<html>" }]]);
      await expect(provider.generate(ask, never)).rejects.toMatchObject({ code: "provider.answer" });
    });

    test(`${definition.id}: an answer of another kind`, async () => {
      const html = { status: 200, headers: { "content-type": "text/html" }, body: "<html></html>" };
      const { provider } = await open(definition, [[html]]);
      await expect(provider.generate(ask, never)).rejects.toMatchObject({ code: "provider.answer" });
      await expect(walk(provider.stream(ask, never))).rejects.toMatchObject({ code: "provider.answer" });
    });

    test(`${definition.id}: a stream that ends early, but properly`, async () => {
      const { provider } = await open(definition, [[...beginning, "end"]]);
      await expect(walk(provider.stream(ask, never))).rejects.toMatchObject({ code: "provider.network" });
    });

    test(`${definition.id}: an error in the middle of a stream`, async () => {
      const data = { type: "error", error: { type: "rate_limit_error", message: `Slow, ${KEY}` } };
      const { provider } = await open(definition, [[...beginning, { event: "error", data }, "end"]]);
      const failure = walk(provider.stream(ask, never));
      await expect(failure).rejects.toMatchObject({ code: "provider.rate-limit" });
      await expect(failure).rejects.toMatchObject({ message: expect.not.stringContaining(KEY) as string });
    });

    for (const [code, kind] of [
      ["invalid_api_key", "provider.authentication"],
      ["model_not_found", "provider.model"],
      ["rate_limit_exceeded", "provider.rate-limit"],
      [401, "provider.authentication"],
      ["another", "provider.request"],
      [null, "provider.request"],
    ] as const) {
      test(`${definition.id}: an error in a stream, of the code ${code} and a type that says less`, async () => {
        const data = { type: "error", error: { type: "invalid_request_error", code, message: "No" } };
        const { provider } = await open(definition, [[{ event: "error", data }, "end"]]);
        await expect(walk(provider.stream(ask, never))).rejects.toMatchObject({ code: kind });
      });
    }

    test(`${definition.id}: a server that is not there`, async () => {
      const { server, provider } = await open(definition, [["stall"]]);
      await server.close();
      const failure = provider.generate(ask, never);
      await expect(failure).rejects.toMatchObject({ code: "provider.network" });
      await expect(failure).rejects.toMatchObject({ message: expect.stringContaining(server.url) as string });
    });

    test(`${definition.id}: an overloaded server, then an answer`, async () => {
      const body = definition === anthropic ? MESSAGES_ANSWER : CHAT_ANSWER;
      const overloaded = { status: 529, headers: { "retry-after-ms": "1" }, body: "{}" };
      const { server, provider } = await open(definition, [[overloaded], [{ status: 200, body }]], { maxRetries: 1 });
      expect((await provider.generate(ask, never)).text).toBe("ok");
      expect(server.requests()).toHaveLength(2);
    });

    test(`${definition.id}: a refused key names its variable`, async () => {
      const body = JSON.stringify({ error: { message: `Wrong key ${KEY}` } });
      const { provider } = await open(definition, [[{ status: 401, body }]]);
      await expect(provider.generate(ask, never)).rejects.toMatchObject({
        code: "provider.authentication",
        message: `${definition.title} (${definition.id}/m) refused the key in ${definition.keyVariable}`,
      });
    });

    test(`${definition.id}: a long refusal is cut`, async () => {
      const body = JSON.stringify({ error: { message: "no ".repeat(10_000) } });
      const { provider } = await open(definition, [[{ status: 422, body }]]);
      const error = (await provider.generate(ask, never).catch((error: unknown) => error)) as Error;
      expect(error).toMatchObject({ code: "provider.request" });
      expect(error.message.length).toBeLessThan(700);
    });

    test(`${definition.id}: nothing of this machine is sent`, async () => {
      process.env["OPENAI_CUSTOM_HEADERS"] = process.env["ANTHROPIC_CUSTOM_HEADERS"] = "X-Private: yes";
      process.env["OPENAI_ORG_ID"] = "org-private";
      try {
        const body = definition === anthropic ? MESSAGES_ANSWER : CHAT_ANSWER;
        const { server, provider } = await open(definition, [[{ status: 200, body }]]);
        await provider.generate(ask, never);
        const head = server.heads()[0] ?? "";
        expect(head).not.toMatch(/private|x-stainless/i);
        expect(head).toContain(KEY);
      } finally {
        for (const name of ["OPENAI_CUSTOM_HEADERS", "ANTHROPIC_CUSTOM_HEADERS", "OPENAI_ORG_ID"]) {
          delete process.env[name];
        }
      }
    });
  }

  test("arguments that are not JSON are an error, but not where the answer was cut off", async () => {
    const answer = (reason: string) => {
      const call = { id: "1", type: "function", function: { name: "add", arguments: '{"a": ' } };
      const choice = { index: 0, message: { content: null, tool_calls: [call] }, finish_reason: reason };
      return [{ status: 200, body: JSON.stringify({ model: "m", choices: [choice] }) }];
    };
    const { provider } = await open(openai, [answer("tool_calls"), answer("length")]);
    await expect(provider.generate(ask, never)).rejects.toMatchObject({ code: "provider.answer" });
    expect(await provider.generate(ask, never)).toMatchObject({ toolCalls: [], finishReason: "length" });
  });

  test("tool calls without a type or an id are calls, each with an id of its own", async () => {
    const call = (id?: string) => ({ ...(id && { id }), function: { name: "add", arguments: "{}" } });
    const tool_calls = [call(), call("call_add_2"), call(), { id: "x", type: "custom", custom: { name: "add" } }];
    const whole = { model: "m", choices: [{ index: 0, message: { tool_calls }, finish_reason: "stop" }] };
    const chunk = { data: { model: "m", choices: [{ index: 0, delta: { tool_calls: tool_calls.slice(0, 3) } }] } };
    const end = { data: { model: "m", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] } };
    const { provider } = await open(openai, [[{ status: 200, body: JSON.stringify(whole) }], [chunk, end, "end"]]);
    const ids = ["call_add", "call_add_2", "call_add_3"];
    const { toolCalls, finishReason } = await provider.generate(ask, never);
    expect({ ids: toolCalls.map(({ id }) => id), finishReason }).toEqual({ ids, finishReason: "tool-calls" });
    const streamed: string[] = [];
    for await (const event of provider.stream(ask, never)) if (event.type === "tool-call") streamed.push(event.call.id);
    expect(streamed).toEqual(ids);
  });

  test("Anthropic's input that is no object is an error, but not where the answer was cut off", async () => {
    const answer = (input: unknown, stop_reason: string) => {
      const content = [{ type: "tool_use", id: "1", name: "add", input }];
      return [{ status: 200, body: JSON.stringify({ model: "m", content, stop_reason }) }];
    };
    const wrong = ["{", 5, []];
    const answers = [...wrong.map((input) => answer(input, "tool_use")), answer("{", "max_tokens")];
    const { provider } = await open(anthropic, [...answers, answer(null, "tool_use")]);
    for (const _ of wrong) {
      await expect(provider.generate(ask, never)).rejects.toMatchObject({
        code: "provider.answer",
        message: 'Anthropic (anthropic/m) answered with a call of the tool "add" whose arguments are not a JSON object',
      });
    }
    expect(await provider.generate(ask, never)).toMatchObject({ toolCalls: [], finishReason: "length" });
    expect((await provider.generate(ask, never)).toolCalls).toEqual([{ id: "1", name: "add", arguments: {} }]);
  });

  test("tool calls that come whole and without an index are kept apart", async () => {
    const chunk = (tool_calls: object[], finish_reason: string | null = null) => ({
      data: { model: "m", choices: [{ index: 0, delta: { tool_calls }, finish_reason }] },
    });
    const call = (name: string) => ({ id: name, type: "function", function: { name, arguments: "{}" } });
    const { provider } = await open(compatibleServer("gemini"), [
      [chunk([call("a")]), chunk([call("b")], "stop"), { data: "[DONE]" }, "end"],
    ]);
    const names: string[] = [];
    let reason = "";
    for await (const event of provider.stream(ask, never)) {
      if (event.type === "tool-call") names.push(event.call.name);
      if (event.type === "finish") reason = event.finishReason;
    }
    expect({ names, reason }).toEqual({ names: ["a", "b"], reason: "tool-calls" });
  });

  test("models are named without their folder, with what is known of them", async () => {
    const data = [
      { id: "models/gemini-9", context_length: 1000, created: 1_700_000_000 },
      { id: "b", created: 0 },
    ];
    const body = JSON.stringify({ object: "list", data });
    const { provider } = await open(compatibleServer("gemini"), [[{ status: 200, body }]]);
    expect(await provider.models(never)).toEqual([
      {
        name: "gemini/gemini-9",
        provider: "gemini",
        model: "gemini-9",
        contextLength: 1000,
        created: "2023-11-14T22:13:20.000Z",
      },
      { name: "gemini/b", provider: "gemini", model: "b" },
    ]);
  });

  test("vectors come in the order of the texts", async () => {
    const data = [
      { index: 1, embedding: [0, 1] },
      { index: 0, embedding: [1, 0] },
    ];
    const body = JSON.stringify({ model: "e", data, usage: { prompt_tokens: 4, total_tokens: 4 } });
    const { server, provider } = await open(openai, [[{ status: 200, body }]]);
    expect(await provider.embed?.({ model: "e", texts: ["a", "b"] }, never)).toEqual({
      vectors: [
        [1, 0],
        [0, 1],
      ],
      usage: { inputTokens: 4, outputTokens: 0 },
      model: "e",
    });
    expect(JSON.parse(server.requests()[0] ?? "")).toMatchObject({ input: ["a", "b"], encoding_format: "float" });
  });

  test("vectors without an index are in the order of the texts", async () => {
    const { provider } = await open(openai, [
      [{ status: 200, body: '{"data":[{"embedding":[1]},{"embedding":[2.5]}]}' }],
    ]);
    const { vectors } = (await provider.embed?.({ model: "e", texts: ["a", "b"] }, never)) ?? {};
    expect(vectors).toEqual([[1], [2.5]]);
  });

  test.each<[data: unknown, what: string]>([
    [null, "no vectors"],
    [[{ index: 0, embedding: [1] }], "1 vectors for 2 texts"],
    [[0, 1, 2].map((index) => ({ index, embedding: [1] })), "3 vectors for 2 texts"],
    [[0, 0].map((index) => ({ index, embedding: [1] })), "two vectors for the text 0, counted from 0"],
    [[0, 2].map((index) => ({ index, embedding: [1] })), "a vector for the text 2 of 2, counted from 0"],
    [
      [0, 1].map((index) => ({ index, embedding: "AACAPw==" })),
      "a vector as a text (base64) instead of a list of numbers",
    ],
    [[0, 1].map((index) => ({ index, embedding: [1, "a"] })), "a vector that has a text among its numbers"],
    [[0, 1].map((index) => ({ index, embedding: [null] })), "a vector that has null among its numbers"],
    [[0, 1].map((index) => ({ index, embedding: [] })), "a vector that is no list of numbers"],
    [[null, null], "a vector that is no list of numbers"],
  ])("wrong vectors: %j", async (data, what) => {
    const { provider } = await open(openai, [[{ status: 200, body: JSON.stringify({ model: "e", data }) }]]);
    await expect(provider.embed?.({ model: "e", texts: ["a", "b"] }, never)).rejects.toMatchObject({
      code: "provider.answer",
      message: `OpenAI (openai/e) answered with ${what}`,
    });
  });
});

for (const definition of [openai, anthropic]) {
  test(`${definition.id}: a request carries its idempotency key`, async () => {
    const body = definition === anthropic ? MESSAGES_ANSWER : CHAT_ANSWER;
    const { server, provider } = await open(definition, [[{ status: 200, body }]]);
    await provider.generate({ model: "m", messages: [{ role: "user", content: "hi" }], key: "run-7" }, never);
    expect(server.heads()[0]?.toLowerCase()).toContain("idempotency-key: run-7\r\n");
    expect(server.requests()[0]).not.toContain("run-7");
  });
}
