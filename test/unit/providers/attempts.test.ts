import { afterEach, describe, expect, test } from "bun:test";
import type { AttemptLog, ProviderDefinition, Usage } from "../../../src/contract/provider.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";
import { openai } from "../../../src/providers/openai.ts";
import { type RawServer, type RawStep, startRawServer } from "../../model-server.ts";
import { CHAT_COMPLETIONS, KEY, MESSAGES } from "./open-over-http.ts";

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** Counts as a payer does. */
class Counting implements AttemptLog {
  asked = 0;
  usage: Usage | undefined;
  sent(): void {
    this.asked++;
  }
  refused(): void {
    this.asked--;
  }
  counted(usage: Usage): void {
    this.usage = usage;
  }
}

interface Setup {
  readonly address?: string;
  readonly maxRetries?: number;
  readonly signal?: AbortSignal;
}

/** Asks a server that answers so, and tells what was counted. */
async function ask(
  definition: ProviderDefinition,
  answers: readonly (readonly RawStep[])[],
  how: "whole" | "stream",
  { address, maxRetries = 0, signal = new AbortController().signal }: Setup = {},
): Promise<Counting> {
  const server = await startRawServer(answers);
  servers.push(server);
  const { path } = definition === anthropic ? MESSAGES : CHAT_COMPLETIONS;
  const make = await definition.load();
  const timeouts = { firstByte: 300, chunk: 300 };
  const provider = make({ key: KEY, baseUrl: (address ?? server.url) + path, fetch, timeouts, maxRetries });
  const attempts = new Counting();
  const request = { model: "m", messages: [{ role: "user", content: "hi" }], attempts } as const;
  try {
    if (how === "whole") await provider.generate(request, signal);
    else for await (const _event of provider.stream(request, signal));
  } catch {
    // What it failed with is told by other tests.
  }
  return attempts;
}

const error = (status: number): RawStep => ({
  status,
  headers: { "retry-after-ms": "1" },
  body: JSON.stringify({ error: { message: "No" } }),
});
const saidInStream: RawStep = { event: "error", data: { type: "error", error: { type: "rate_limit_error" } } };
const both = [
  ["openai", openai, CHAT_COMPLETIONS.beginning],
  ["anthropic", anthropic, MESSAGES.beginning],
] as const;

describe.each(both)("%s: a question counts", (_id, definition, beginning) => {
  for (const how of ["whole", "stream"] as const) {
    for (const status of [400, 401, 429, 500]) {
      test(`as not asked after ${status}, ${how}`, async () => {
        expect((await ask(definition, [[error(status)]], how)).asked).toBe(0);
      });
    }

    test(`as not asked where nobody is there, ${how}`, async () => {
      expect((await ask(definition, [], how, { address: "http://127.0.0.1:1" })).asked).toBe(0);
    });

    test(`as not asked where it was cancelled before, ${how}`, async () => {
      expect((await ask(definition, [], how, { signal: AbortSignal.abort() })).asked).toBe(0);
    });

    test(`as asked where no answer came in time, ${how}`, async () => {
      expect((await ask(definition, [["stall"]], how)).asked).toBe(1);
    });

    test(`as asked where it was cancelled on the way, ${how}`, async () => {
      const signal = AbortSignal.timeout(100);
      expect((await ask(definition, [["stall"]], how, { signal })).asked).toBe(1);
    });

    test(`as often as the connection broke, and as the answer came, ${how}`, async () => {
      expect((await ask(definition, [["disconnect"]], how, { maxRetries: 1 })).asked).toBe(2);
      expect((await ask(definition, [[error(500)], ["stall"]], how, { maxRetries: 1 })).asked).toBe(1);
    });
  }

  test("as not asked where a stream says the error first, and as asked where it began", async () => {
    expect((await ask(definition, [[saidInStream, "end"]], "stream")).asked).toBe(0);
    expect((await ask(definition, [[...beginning, saidInStream, "end"]], "stream")).asked).toBe(1);
  });
});

test("what the server counted is told although its answer is no good", async () => {
  const call = { index: 0, id: "1", type: "function", function: { name: "add", arguments: "not JSON" } };
  const usage = { prompt_tokens: 10, completion_tokens: 5 };
  const choice = (key: "message" | "delta") => [
    { index: 0, [key]: { tool_calls: [call] }, finish_reason: "tool_calls" },
  ];
  const whole = { model: "m", choices: choice("message"), usage };
  const counted = { inputTokens: 10, outputTokens: 5 };
  const answer: RawStep = { status: 200, body: JSON.stringify(whole) };
  expect((await ask(openai, [[answer]], "whole")).usage).toEqual(counted);
  const chunk: RawStep = { data: { model: "m", choices: choice("delta"), usage } };
  expect((await ask(openai, [[chunk, { data: "[DONE]" }, "end"]], "stream")).usage).toEqual(counted);
});

test("a fault of Anthropic's tool arguments in a stream comes after its count", async () => {
  const usage = { input_tokens: 10, output_tokens: 5 };
  const events = [
    { type: "message_start", message: { model: "m", content: [], usage } },
    { type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "1", name: "add", input: {} } },
    { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: "not JSON" } },
    { type: "message_delta", delta: { stop_reason: "tool_use" }, usage },
    { type: "message_stop" },
  ];
  const steps: RawStep[] = events.map((data) => ({ event: data.type, data }));
  const { usage: counted } = await ask(anthropic, [[...steps, "end"]], "stream");
  expect(counted).toEqual({ inputTokens: 10, outputTokens: 5 });
});
