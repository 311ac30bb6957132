import { afterEach, describe, expect, test } from "bun:test";
import type { GenerateRequest, Provider } from "../../../src/contract/provider.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";
import { openai } from "../../../src/providers/openai.ts";
import { type RawServer, startRawServer } from "../../model-server.ts";
import { CHAT_COMPLETIONS, KEY, MESSAGES } from "./open-over-http.ts";

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const never = new AbortController().signal;
const QUESTION: GenerateRequest = { model: "m", messages: [{ role: "user", content: "hi" }] };

/** What came of a question to a server that is busy once, and how long it took in ms. */
interface Outcome {
  readonly requests: number;
  readonly text?: string;
  readonly error?: unknown;
  readonly took: number;
}

describe.each([openai, anthropic])("what a server asks to wait: $id", (definition) => {
  const answer =
    definition === anthropic
      ? { model: "m", content: [{ type: "text", text: "ok" }], stop_reason: "end_turn" }
      : { model: "m", choices: [{ index: 0, message: { content: "ok" }, finish_reason: "stop" }] };

  async function ask(headers: Record<string, string>, more: Partial<GenerateRequest> = {}): Promise<Outcome> {
    const busy = { status: 429, headers, body: '{"error":{"message":"Slow down"}}' };
    const server = await startRawServer([[busy], [{ status: 200, body: JSON.stringify(answer) }]]);
    servers.push(server);
    const make = await definition.load();
    const provider: Provider = make({
      key: KEY,
      baseUrl: server.url + (definition === anthropic ? MESSAGES : CHAT_COMPLETIONS).path,
      fetch,
      timeouts: { firstByte: 20_000, chunk: 20_000 },
      maxRetries: 2,
    });
    const begun = performance.now();
    const given = await provider.generate({ ...QUESTION, ...more }, never).then(
      ({ text }) => ({ text }),
      (error: unknown) => ({ error }),
    );
    return { ...given, requests: server.requests().length, took: performance.now() - begun };
  }

  test.each([{ "retry-after-ms": "300" }, { "retry-after": "0.3" }])("%j is waited for", async (headers) => {
    const { text, took } = await ask(headers);
    expect(text).toBe("ok");
    expect(took).toBeGreaterThan(290);
  });

  test("no wait at all is none", async () => {
    // The SDKs' own pauses begin at 375 ms.
    const { text, took } = await ask({ "retry-after": "0" });
    expect(text).toBe("ok");
    expect(took).toBeLessThan(370);
  });

  test.each<[headers: Record<string, string>, more: Partial<GenerateRequest>, retryAfterMs: number]>([
    [{ "retry-after": "90" }, {}, 90_000],
    [{ "retry-after": "5" }, { timeLeft: 4000 }, 5000],
    [{ "retry-after-ms": "5000" }, { timeouts: { total: 4000 } }, 5000],
  ])("%j is too long for %j, and nothing is sent again", async (headers, more, retryAfterMs) => {
    const { error, requests } = await ask(headers, more);
    expect(error).toMatchObject({ code: "provider.rate-limit", details: { status: 429, retryAfterMs } });
    expect(requests).toBe(1);
  });

  test.each(["1e300", "-5", "90000000", "soon"])("%s seconds are as if nothing had been said", async (seconds) => {
    expect(await ask({ "retry-after": seconds })).toMatchObject({ text: "ok", requests: 2 });
  });

  test("what nobody can mean is not told of", async () => {
    const { error } = await ask({ "retry-after": "1e300" }, { maxRetries: 0 });
    expect(error).toMatchObject({ code: "provider.rate-limit", details: { status: 429 } });
    expect(error).toMatchObject({ message: expect.not.stringContaining("1e+") as string });
    expect((error as { details: object }).details).not.toHaveProperty("retryAfterMs");
  });
});
