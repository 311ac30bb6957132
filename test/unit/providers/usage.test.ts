import { afterEach, describe, expect, test } from "bun:test";
import type { ProviderDefinition, Usage } from "../../../src/contract/provider.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";
import { openai } from "../../../src/providers/openai.ts";
import { tokenCount } from "../../../src/providers/transport/token-count.ts";
import { type RawServer, type RawStep, startRawServer } from "../../model-server.ts";
import { KEY } from "./open-over-http.ts";

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const never = new AbortController().signal;
const ask = { model: "m", messages: [{ role: "user", content: "hi" }] } as const;

async function open(definition: ProviderDefinition, answer: readonly RawStep[]) {
  const server = await startRawServer([answer]);
  servers.push(server);
  const make = await definition.load();
  const timeouts = { firstByte: 20_000, chunk: 20_000 };
  const baseUrl = definition === anthropic ? server.url : `${server.url}/v1`;
  return make({ key: KEY, baseUrl, fetch, timeouts, maxRetries: 0 });
}

/** A server's counts in the words of each protocol. */
interface Counts {
  readonly input?: unknown;
  readonly output?: unknown;
  readonly cached?: unknown;
  readonly thought?: unknown;
}

const chatUsage = ({ input, output, cached, thought }: Counts) => ({
  prompt_tokens: input,
  completion_tokens: output,
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: thought },
});
const messagesUsage = ({ input, output, cached, thought }: Counts) => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: cached,
  output_tokens_details: { thinking_tokens: thought },
});

/** How a whole answer and a stream with these counts are sent. */
const WIRE = {
  openai: {
    definition: openai,
    whole: (counts: Counts) => ({
      model: "m",
      choices: [{ index: 0, message: { content: "ok" }, finish_reason: "stop" }],
      usage: chatUsage(counts),
    }),
    stream: (counts: Counts): readonly RawStep[] => [
      { data: { model: "m", choices: [{ index: 0, delta: { content: "ok" }, finish_reason: "stop" }] } },
      { data: { model: "m", choices: [], usage: chatUsage(counts) } },
      { data: "[DONE]" },
      "end",
    ],
  },
  anthropic: {
    definition: anthropic,
    whole: (counts: Counts) => ({
      model: "m",
      content: [{ type: "text", text: "ok" }],
      stop_reason: "end_turn",
      usage: messagesUsage(counts),
    }),
    stream: (counts: Counts): readonly RawStep[] => [
      {
        event: "message_start",
        data: { type: "message_start", message: { model: "m", content: [], usage: messagesUsage(counts) } },
      },
      {
        event: "message_delta",
        data: { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: messagesUsage(counts) },
      },
      { event: "message_stop", data: { type: "message_stop" } },
      "end",
    ],
  },
} as const;

const CASES: readonly (readonly [name: string, counts: Counts, usage: Usage])[] = [
  ["good ones", { input: 10, output: 5, thought: 2 }, { inputTokens: 10, outputTokens: 5, thinkingTokens: 2 }],
  ["one below 0", { input: 1000, output: -1000 }, { inputTokens: 1000, outputTokens: 0 }],
  ["texts", { input: "10", output: "5", cached: "7" }, { inputTokens: 0, outputTokens: 0 }],
  ["fractions and giants", { input: 1.5, output: 1e300 }, { inputTokens: 0, outputTokens: 0 }],
  ["none", { input: null, output: {}, thought: -1 }, { inputTokens: 0, outputTokens: 0 }],
  ["a part below 0", { input: 10, output: 5, cached: -5 }, { inputTokens: 10, outputTokens: 5 }],
  [
    "more thought than said",
    { input: 1, output: 5, thought: 9 },
    { inputTokens: 1, outputTokens: 5, thinkingTokens: 5 },
  ],
];

describe.each(Object.entries(WIRE))("counts of %s", (_id, { definition, whole, stream }) => {
  test.each(CASES)("%s", async (_name, counts, usage) => {
    const body = JSON.stringify(whole(counts));
    const answer = await (await open(definition, [{ status: 200, body }])).generate(ask, never);
    expect(answer.usage).toEqual(usage);
    const provider = await open(definition, stream(counts));
    for await (const event of provider.stream(ask, never)) {
      if (event.type === "finish") expect(event.usage).toEqual(usage);
    }
  });
});

test("what came from the cache is never more than the prompt", async () => {
  const body = JSON.stringify(WIRE.openai.whole({ input: 10, output: 5, cached: 1000 }));
  const { usage } = await (await open(openai, [{ status: 200, body }])).generate(ask, never);
  expect(usage).toEqual({ inputTokens: 10, outputTokens: 5, cachedTokens: 10 });
});

test("counts of vectors", async () => {
  const data = [{ index: 0, embedding: [1] }];
  const body = JSON.stringify({ model: "e", data, usage: { prompt_tokens: -4 } });
  const provider = await open(openai, [{ status: 200, body }]);
  const answer = await provider.embed?.({ model: "e", texts: ["a"] }, never);
  expect(answer?.usage).toEqual({ inputTokens: 0, outputTokens: 0 });
});

test("a count is a whole number that a model can have", () => {
  for (const count of [0, 1, 1e9]) expect(tokenCount(count)).toBe(count);
  for (const wrong of [-1, 0.5, 1e10, Number.NaN, Number.POSITIVE_INFINITY, "1", 1n, null, undefined, [1]]) {
    expect(tokenCount(wrong)).toBeUndefined();
  }
});
