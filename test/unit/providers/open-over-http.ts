import type { ProviderDefinition, ProviderOptions } from "../../../src/contract/provider.ts";
import { type RawStep, startModelServer, startRawServer } from "../../model-server.ts";
import type { Opened, Situation } from "./run-provider-test.ts";

/** The key of every test; no message may contain it. */
export const KEY = "sk-test-0123456789";

/** A protocol, as the servers of the tests speak it. */
export interface Protocol {
  /** The part of a stream that says "A wren", without its end. */
  readonly beginning: readonly RawStep[];
  readonly path: string;
}

/** OpenAI's chat completions. */
export const CHAT_COMPLETIONS: Protocol = {
  path: "/v1",
  beginning: ["A", " wren"].map((content) => ({
    data: { id: "1", model: "m", choices: [{ index: 0, delta: { content } }] },
  })),
};

/** Anthropic's messages. */
export const MESSAGES: Protocol = {
  path: "",
  beginning: [
    {
      event: "message_start",
      data: {
        type: "message_start",
        message: { id: "1", model: "m", role: "assistant", content: [], usage: { input_tokens: 3, output_tokens: 1 } },
      },
    },
    {
      event: "content_block_start",
      data: { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    },
    ...["A", " wren"].map((text) => ({
      event: "content_block_delta",
      data: { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } },
    })),
  ],
};

const RAW: Partial<Record<Situation, (protocol: Protocol) => readonly RawStep[]>> = {
  silent: () => ["stall"],
  stall: ({ beginning }) => [...beginning, "stall"],
  disconnect: ({ beginning }) => [...beginning, "wait", "disconnect"],
};

const STATUS: Partial<Record<Situation, number>> = { authentication: 401, server: 500, model: 404, request: 400 };

/** Puts a provider into a situation, over HTTP: by aimock where that can do it, otherwise by a raw server. */
export async function openOverHttp(
  definition: ProviderDefinition,
  protocol: Protocol,
  situation: Situation,
  overrides: Partial<ProviderOptions>,
): Promise<Opened> {
  const make = await definition.load();
  const model = definition.defaultModel;
  const provider = (origin: string) =>
    make({
      key: KEY,
      baseUrl: origin + protocol.path,
      fetch,
      timeouts: { firstByte: 20_000, chunk: 20_000 },
      maxRetries: 0,
      ...overrides,
    });
  const steps = RAW[situation]?.(protocol);
  if (steps !== undefined) {
    const server = await startRawServer([steps]);
    return {
      provider: provider(server.url),
      model,
      hungUp: () => server.hungUp(),
      proceed: server.proceed,
      asked: server.asked,
      close: server.close,
    };
  }
  const server = await startModelServer();
  const { mock } = server;
  const status = STATUS[situation];
  if (status !== undefined) mock.onMessage(/./, { error: { message: `No, ${KEY}`, type: "some_error" }, status });
  const limited = { error: { message: "Slow down", type: "rate_limit_error" }, status: 429 };
  if (situation === "rate-limit") mock.onMessage(/./, { ...limited, retryAfter: 7 });
  if (situation === "rate-limit-once") mock.on({ userMessage: /./, sequenceIndex: 0 }, { ...limited, retryAfter: 0 });
  if (situation === "tool") mock.onMessage(/./, { toolCalls: [{ name: "add", arguments: '{"a":1,"b":2}' }] });
  // In the words of each protocol; aimock takes its own.
  const usage = { prompt_tokens: 3, completion_tokens: 2, input_tokens: 3, output_tokens: 2 };
  const reasoning = situation === "thinking" ? { reasoning: "hm" } : {};
  mock.onMessage(/./, { content: "A wren.", usage, ...reasoning }, { chunkSize: 3 });
  return { provider: provider(mock.url), model, close: server.close };
}
