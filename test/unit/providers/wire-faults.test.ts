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

  async function walk(provider: Provider): Promise<void> {
    for await (const event of provider.stream(QUESTION, never)) void event;
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

  describe("answers that are called something else", () => {
    const type = (name: string): Record<string, string> => ({ "content-type": name });
    const page = "<html>\n  <b>captive portal</b>";

    test.each(["text/plain", "text/html", ""])("JSON is JSON, as %j too", async (name) => {
      const { provider } = await open([{ status: 200, headers: type(name), body: answer }]);
      expect((await provider.generate(QUESTION, never)).text).toBe("ok");
    });

    test.each(["text/html", "application/json", ""])("a page is quoted, as %j too", async (name) => {
      const { server, provider } = await open([{ status: 200, headers: type(name), body: page }], 2);
      const fault = `provider.answer: ${title} (${definition.id}/m) answered with something that is not JSON: "<html> <b>captive portal</b>"`;
      expect(await faultOf(provider.generate(QUESTION, never))).toBe(fault);
      expect(await faultOf(walk(provider))).toBe(fault);
      expect(server.requests()).toHaveLength(2);
    });

    test("the key is not quoted, nor all of a long text", async () => {
      const body = `${KEY} ${"is it ".repeat(100)}`;
      const { provider } = await open([{ status: 200, headers: type("text/plain"), body }]);
      const fault = await faultOf(provider.generate(QUESTION, never));
      expect(fault).toContain('"[key] is it is it');
      expect(fault.length).toBeLessThan(250);
    });

    test("nothing at all", async () => {
      const { provider } = await open([{ status: 200, body: "" }]);
      expect(await faultOf(provider.generate(QUESTION, never))).toEndWith("answered with nothing at all");
    });

    test("a stream is one whatever it is called", async () => {
      const events = [...protocol.beginning, "end"] as const;
      const texts = events.flatMap((step) => {
        if (typeof step === "string" || !("data" in step)) return [];
        return `${step.event === undefined ? "" : `event: ${step.event}\n`}data: ${JSON.stringify(step.data)}\n\n`;
      });
      const { provider } = await open([{ status: 200, headers: type(""), body: `\n${texts.join("")}` }]);
      let text = "";
      const reading = async () => {
        for await (const event of provider.stream(QUESTION, never)) if (event.type === "text") text += event.text;
      };
      // It has no end.
      expect(await faultOf(reading())).toStartWith("provider.network");
      expect(text).toBe("A wren");
    });
  });

  describe("errors within good answers", () => {
    const headers = { "retry-after-ms": "1" };

    test.each([429, "429"])("the code %j is its status", async (code) => {
      const body = JSON.stringify({ error: { message: "overloaded", code } });
      const { server, provider } = await open([{ status: 200, headers, body }], 1);
      const error: unknown = await provider.generate(QUESTION, never).catch((reason: unknown) => reason);
      const message = `${title} (${definition.id}/m) asks to slow down for 1 ms: overloaded`;
      expect(error).toMatchObject({ code: "provider.rate-limit", message, details: { status: 429 } });
      expect(server.requests()).toHaveLength(2);
      expect(await faultOf(walk(provider))).toBe(`provider.rate-limit: ${message}`);
    });

    test.each([
      [{ message: "No", type: "invalid_request_error" }, "provider.request", "refused the request: No"],
      [{ message: "No" }, "provider.server", "failed: No"],
      ["No", "provider.server", "failed: No"],
    ])("%j", async (error, code, message) => {
      const { provider } = await open([{ status: 200, body: JSON.stringify({ error }) }]);
      const fault = `${code}: ${title} (${definition.id}/m) ${message}`;
      expect(await faultOf(provider.generate(QUESTION, never))).toBe(fault);
    });

    test("an answer that has an error beside it is an answer", async () => {
      const body = JSON.stringify({ ...(JSON.parse(answer) as object), error: { message: "a warning" } });
      const { provider } = await open([{ status: 200, body }]);
      expect((await provider.generate(QUESTION, never)).text).toBe("ok");
    });
  });

  describe("lists of models", () => {
    test.each(["stolen", "{}", '{"data":null}', '{"data":{}}', "null", '{"data":[{"name":"a"}]}', '{"data":[null]}'])(
      "%s is none",
      async (body) => {
        const { provider } = await open([{ status: 200, headers: { "content-type": "" }, body }]);
        expect(await faultOf(provider.models(never))).toStartWith(`provider.answer: ${title} answered with `);
      },
    );

    test("an empty one is one", async () => {
      const { provider } = await open([{ status: 200, body: '{"data":[]}' }]);
      expect(await provider.models(never)).toEqual([]);
    });
  });
});

test("a list of models may be bare, as Together's is", async () => {
  const server = await startRawServer([[{ status: 200, body: '[{"id":"a"}]' }]]);
  servers.push(server);
  const make = await openai.load();
  const timeouts = { firstByte: 20_000, chunk: 20_000 };
  const provider = make({ key: KEY, baseUrl: `${server.url}/v1`, fetch, timeouts, maxRetries: 0 });
  expect(await provider.models(never)).toEqual([{ name: "openai/a", provider: "openai", model: "a" }]);
});

test("all pages of Anthropic's list are read, and no page for ever", async () => {
  const page = (more: object) => ({ status: 200, body: JSON.stringify({ has_more: true, last_id: "a", ...more }) });
  const [first, second] = [page({ data: [{ id: "a" }] }), page({ data: [{ id: "b" }], has_more: false })];
  const server = await startRawServer([[first], [second], [page({ data: [] })]]);
  servers.push(server);
  const make = await anthropic.load();
  const timeouts = { firstByte: 20_000, chunk: 20_000 };
  const provider = make({ key: KEY, baseUrl: server.url, fetch, timeouts, maxRetries: 0 });
  expect((await provider.models(never)).map(({ model }) => model)).toEqual(["a", "b"]);
  expect(server.heads()[1]).toContain("after_id=a");
  expect(await provider.models(never)).toEqual([]);
});
