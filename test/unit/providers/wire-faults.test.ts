import { afterEach, describe, expect, test } from "bun:test";
import type { GenerateRequest, Provider } from "../../../src/contract/provider.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";
import { openai } from "../../../src/providers/openai.ts";
import { type RawServer, type RawStep, startRawServer } from "../../model-server.ts";
import { CHAT_COMPLETIONS, KEY, MESSAGES } from "./open-over-http.ts";

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const never = new AbortController().signal;
const QUESTION: GenerateRequest = { model: "m", messages: [{ role: "user", content: "hi" }] };

describe.each([openai, anthropic])("$id", (definition) => {
  const { title } = definition;
  const protocol = definition === anthropic ? MESSAGES : CHAT_COMPLETIONS;
  const answer = JSON.stringify(
    definition === anthropic
      ? { model: "m", content: [{ type: "text", text: "ok" }], stop_reason: "end_turn" }
      : { model: "m", choices: [{ index: 0, message: { content: "ok" }, finish_reason: "stop" }] },
  );

  async function open(steps: readonly RawStep[], maxRetries = 0): Promise<{ server: RawServer; provider: Provider }> {
    const server = await startRawServer([steps]);
    servers.push(server);
    const make = await definition.load();
    const timeouts = { firstByte: 20_000, chunk: 20_000 };
    const baseUrl = server.url + protocol.path;
    return { server, provider: make({ key: KEY, baseUrl, fetch, timeouts, maxRetries }) };
  }

  async function faultOf(work: Promise<unknown>): Promise<string> {
    const error: unknown = await work.catch((reason: unknown) => reason);
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }

  describe("connections", () => {
    test("one that breaks before the answer is told of in our words", async () => {
      const { server, provider } = await open(["disconnect"]);
      const place = definition === anthropic ? `${server.url}/` : `${server.url}/v1`;
      const fault = `provider.network: Cannot reach ${title} at ${place}: the connection broke`;
      expect(await faultOf(provider.generate(QUESTION, never))).toBe(fault);
    });

    test("an answer that breaks off was lost, and is not asked for again", async () => {
      const short = { status: 200, headers: { "content-length": "9000" }, body: answer };
      const { server, provider } = await open([short], 2);
      const fault = `provider.network: The answer of ${title} (${definition.id}/m) was lost in the middle: the connection broke`;
      expect(await faultOf(provider.generate(QUESTION, never))).toBe(fault);
      expect(server.requests()).toHaveLength(1);
    });

    test("so was a stream", async () => {
      const { server, provider } = await open([...protocol.beginning, "wait", "disconnect"]);
      const fault = `provider.network: The answer of ${title} (${definition.id}/m) was lost in the middle: the connection broke`;
      const reading = async () => {
        for await (const event of provider.stream(QUESTION, never)) {
          if (event.type === "text") server.proceed();
        }
      };
      expect(await faultOf(reading())).toBe(fault);
    });
  });
});
