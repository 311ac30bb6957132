import { afterEach, describe, expect, test } from "bun:test";
import type {
  GenerateRequest,
  Message,
  ProviderDefinition,
  ProviderOptions,
  StreamEvent,
} from "../../../src/contract/provider.ts";
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

const CHAT_ANSWER = JSON.stringify({
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage: {
    prompt_tokens: 9,
    completion_tokens: 5,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 3 },
  },
});
const MESSAGES_ANSWER = JSON.stringify({
  model: "m",
  role: "assistant",
  content: [
    { type: "thinking", thinking: "hm", signature: "sig" },
    { type: "redacted_thinking", data: "secret" },
    { type: "text", text: "ok" },
  ],
  stop_reason: "end_turn",
  usage: {
    input_tokens: 1,
    output_tokens: 6,
    cache_read_input_tokens: 5,
    cache_creation_input_tokens: 3,
    output_tokens_details: { thinking_tokens: 4 },
  },
});
const answerOf = (definition: ProviderDefinition) => (definition === anthropic ? MESSAGES_ANSWER : CHAT_ANSWER);

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

/** What a provider sends for a request, and what came back. */
async function exchange(definition: ProviderDefinition, request: Partial<GenerateRequest>) {
  const { server, provider } = await open(definition, [[{ status: 200, body: answerOf(definition) }]]);
  const answer = await provider.generate(
    { model: "m", messages: [{ role: "user", content: "hi" }], ...request },
    never,
  );
  return { answer, body: JSON.parse(server.requests()[0] ?? "") as Record<string, unknown> };
}

function compatibleServer(id: string): ProviderDefinition {
  const found = compatible.find((definition) => definition.id === id);
  if (found === undefined) throw new Error(`There is no ${id}`);
  return found;
}

const BYTES = Uint8Array.of(1, 2, 3);
const shown: Message = {
  role: "user",
  content: [
    { type: "text", text: "Look" },
    { type: "image", mime: "image/png", bytes: BYTES },
    { type: "file", mime: "application/pdf", bytes: BYTES, name: "a.pdf", cache: true },
  ],
};
const heard: Message = { role: "user", content: [{ type: "audio", mime: "audio/wav", bytes: BYTES }] };

describe("attachments on the wire", () => {
  test("OpenAI: images, files and sounds", async () => {
    const { body } = await exchange(openai, { messages: [shown, heard] });
    expect(body["messages"]).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "Look" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
          { type: "file", file: { file_data: "data:application/pdf;base64,AQID", filename: "a.pdf" } },
        ],
      },
      { role: "user", content: [{ type: "input_audio", input_audio: { data: "AQID", format: "wav" } }] },
    ]);
  });

  test("Anthropic: images and documents", async () => {
    const { body } = await exchange(anthropic, { messages: [shown] });
    expect(body["messages"]).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "Look" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AQID" } },
          {
            type: "document",
            source: { type: "base64", media_type: "application/pdf", data: "AQID" },
            title: "a.pdf",
            cache_control: { type: "ephemeral" },
          },
        ],
      },
    ]);
  });

  for (const [definition, message, said] of [
    [anthropic, heard, "Anthropic takes images and PDF files, and no audio/wav"],
    [compatibleServer("deepseek"), shown, "DeepSeek takes text only, and no image/png"],
    [compatibleServer("gemini"), shown, "Google Gemini takes images and sounds besides text, and no application/pdf"],
  ] as const) {
    test(`${definition.id}: what it cannot take is not sent`, async () => {
      const { server, provider } = await open(definition, [["stall"]]);
      const asked = provider.generate({ model: "m", messages: [message] }, never);
      await expect(asked).rejects.toMatchObject({ code: "provider.unsupported", message: said });
      expect(server.requests()).toEqual([]);
    });
  }
});

describe("what a provider keeps and counts", () => {
  test("Anthropic is told what to keep", async () => {
    const part = { type: "text", text: "Long rules", cache: true } as const;
    const cache_control = { type: "ephemeral" };
    const { body } = await exchange(anthropic, {
      messages: [
        { role: "system", content: [part] },
        { role: "user", content: [part, { type: "text", text: "hi" }] },
      ],
    });
    expect(body).toMatchObject({
      system: [{ type: "text", text: "Long rules", cache_control }],
      messages: [
        {
          content: [
            { type: "text", text: "Long rules", cache_control },
            { type: "text", text: "hi" },
          ],
        },
      ],
    });
  });

  test("cached and thought tokens are told apart", async () => {
    const { answer } = await exchange(openai, {});
    expect(answer.usage).toEqual({ inputTokens: 9, outputTokens: 5, cachedTokens: 4, thinkingTokens: 3 });
    const { answer: other } = await exchange(anthropic, {});
    const usage = { inputTokens: 9, outputTokens: 6, cachedTokens: 5, cacheWriteTokens: 3, thinkingTokens: 4 };
    expect(other.usage).toEqual(usage);
  });
});

describe("Anthropic's thoughts", () => {
  const THOUGHTS = [
    { type: "thinking", text: "hm", signature: "sig" },
    { type: "thinking", text: "", redacted: "secret" },
  ] as const;

  test("are given back with their proof, and it goes on thinking", async () => {
    const { answer } = await exchange(anthropic, { thinkingTokens: 2000 });
    expect(answer.thoughts).toEqual([...THOUGHTS]);
    const call = { type: "tool-call", id: "1", name: "now", arguments: {} } as const;
    const messages: Message[] = [
      { role: "user", content: "Time?" },
      { role: "assistant", content: [...THOUGHTS, call] },
      { role: "tool", content: [{ type: "tool-result", id: "1", text: "noon" }] },
    ];
    const { body } = await exchange(anthropic, { messages, thinkingTokens: 2000 });
    expect(body).toMatchObject({ thinking: { type: "adaptive" } });
    expect((body["messages"] as { content: unknown }[])[1]?.content).toEqual([
      { type: "thinking", thinking: "hm", signature: "sig" },
      { type: "redacted_thinking", data: "secret" },
      { type: "tool_use", id: "1", name: "now", input: {} },
    ]);
  });

  test("come with their proof in a stream too", async () => {
    const event = (type: string, more: object) => ({ event: type, data: { type, ...more } });
    const delta = (index: number, given: object) => event("content_block_delta", { index, delta: given });
    const steps: RawStep[] = [
      event("message_start", { message: { model: "m", content: [], usage: { input_tokens: 3, output_tokens: 1 } } }),
      event("content_block_start", { index: 0, content_block: { type: "thinking", thinking: "", signature: "" } }),
      delta(0, { type: "thinking_delta", thinking: "hm" }),
      delta(0, { type: "signature_delta", signature: "sig" }),
      event("content_block_start", { index: 1, content_block: { type: "redacted_thinking", data: "secret" } }),
      event("content_block_start", { index: 2, content_block: { type: "text", text: "" } }),
      delta(2, { type: "text_delta", text: "ok" }),
      event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 7 } }),
      event("message_stop", {}),
      "end",
    ];
    const { provider } = await open(anthropic, [steps]);
    const events: StreamEvent[] = [];
    for await (const one of provider.stream({ model: "m", messages: [{ role: "user", content: "hi" }] }, never))
      events.push(one);
    expect(events).toEqual([
      { type: "thinking", text: "hm" },
      { type: "text", text: "ok" },
      {
        type: "finish",
        usage: { inputTokens: 3, outputTokens: 7 },
        finishReason: "stop",
        model: "m",
        thoughts: [...THOUGHTS],
      },
    ]);
  });

  test("are left out at servers of OpenAI's protocol", async () => {
    const messages: Message[] = [
      { role: "user", content: "a" },
      { role: "assistant", content: [...THOUGHTS, { type: "text", text: "b" }] },
      { role: "user", content: "c" },
    ];
    const { body } = await exchange(openai, { messages });
    expect(body["messages"]).toEqual([
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
      { role: "user", content: "c" },
    ]);
  });
});

describe("fields of the provider's own", () => {
  test("are passed on where scripts may set them", async () => {
    expect(
      (await exchange(openai, { provider: { verbosity: "low", logit_bias: { "50256": -100 } } })).body,
    ).toMatchObject({
      verbosity: "low",
      logit_bias: { "50256": -100 },
    });
    expect((await exchange(anthropic, { provider: { top_k: 5 } })).body).toMatchObject({ top_k: 5 });
    expect((await exchange(compatibleServer("ollama"), { provider: { keep_alive: "5m" } })).body).toMatchObject({
      keep_alive: "5m",
    });
  });

  for (const [definition, field, offer] of [
    [openai, "verbosty", 'did you mean "verbosity"?'],
    [openai, "messages", "it takes"],
    [openai, "web_search_options", "it takes"],
    [anthropic, "mcp_servers", "it takes inference_geo"],
    [anthropic, "top_p", 'did you mean "top_k"?'],
    [compatibleServer("openrouter"), "models", "it takes"],
  ] as const) {
    test(`${definition.id}: ${field} is refused, and nothing is sent`, async () => {
      const { server, provider } = await open(definition, [["stall"]]);
      const request: GenerateRequest = {
        model: "m",
        messages: [{ role: "user", content: "hi" }],
        provider: { [field]: 1 },
      };
      const error = (await provider.generate(request, never).catch((error: unknown) => error)) as Error;
      expect(error).toMatchObject({ code: "provider.options" });
      expect(error.message).toContain(`is given no "${field}" by scripts; ${offer}`);
      expect(server.requests()).toEqual([]);
    });
  }
});

for (const definition of [openai, anthropic]) {
  describe(`${definition.id}: a request's own limits`, () => {
    const ask = { model: "m", messages: [{ role: "user", content: "hi" }] } as const;

    test("retries", async () => {
      const slow = { status: 529, headers: { "retry-after-ms": "1" }, body: "{}" };
      const { server, provider } = await open(definition, [
        [slow],
        [slow],
        [{ status: 200, body: answerOf(definition) }],
      ]);
      expect((await provider.generate({ ...ask, maxRetries: 2 }, never)).text).toBe("ok");
      expect(server.requests()).toHaveLength(3);
    });

    test("no retries", async () => {
      const slow = { status: 529, headers: { "retry-after-ms": "1" }, body: "{}" };
      const { server, provider } = await open(definition, [[slow]], { maxRetries: 3 });
      await expect(provider.generate({ ...ask, maxRetries: 0 }, never)).rejects.toMatchObject({
        code: "provider.server",
      });
      expect(server.requests()).toHaveLength(1);
    });

    test("the first byte", async () => {
      const { provider, server } = await open(definition, [["stall"]]);
      const asked = provider.generate({ ...ask, timeouts: { firstByte: 40 } }, never);
      await expect(asked).rejects.toMatchObject({ code: "provider.timeout", details: { timeoutMs: 40 } });
      await server.hungUp();
    });

    test("the whole call, in the middle of a stream", async () => {
      const protocol = definition === anthropic ? MESSAGES : CHAT_COMPLETIONS;
      const { provider, server } = await open(definition, [[...protocol.beginning, "stall"]]);
      let text = "";
      const read = async () => {
        for await (const event of provider.stream({ ...ask, timeouts: { total: 400 } }, never)) {
          if (event.type === "text") text += event.text;
        }
      };
      await expect(read()).rejects.toMatchObject({ code: "provider.timeout", details: { timeoutMs: 400 } });
      expect(text).toBe("A wren");
      await server.hungUp();
    });
  });
}
