import { afterEach, describe, expect, test } from "bun:test";
import type { GenerateRequest, ProviderDefinition } from "../../../src/contract/provider.ts";
import { ErrorValue, Float } from "../../../src/contract/value.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";
import { compatible } from "../../../src/providers/compatible.ts";
import { mock } from "../../../src/providers/mock/mock.ts";
import { openai } from "../../../src/providers/openai.ts";
import { type RawServer, type RawStep, startRawServer } from "../../model-server.ts";
import { KEY } from "./open-over-http.ts";

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const never = new AbortController().signal;
const HI: GenerateRequest = { model: "m", messages: [{ role: "user", content: "hi" }] };

async function open(definition: ProviderDefinition, answer: readonly RawStep[]) {
  const server = await startRawServer([answer]);
  servers.push(server);
  const make = await definition.load();
  const timeouts = { firstByte: 20_000, chunk: 20_000 };
  const baseUrl = definition === anthropic ? server.url : `${server.url}/v1`;
  return { server, provider: make({ key: KEY, baseUrl, fetch, timeouts, maxRetries: 0 }) };
}

/** The text that is sent for a request. The answer does not matter. */
async function sent(definition: ProviderDefinition, request: Partial<GenerateRequest>): Promise<string> {
  const { server, provider } = await open(definition, [{ status: 200, body: "{}" }]);
  await provider.generate({ ...HI, ...request }, never).catch(() => {});
  return server.requests()[0] ?? "";
}

const MOST = 9223372036854775807n;
const LEAST = -9223372036854775808n;
const schema = {
  type: "object",
  properties: { id: { type: "integer", minimum: LEAST, maximum: MOST }, one: { enum: [MOST, 1] } },
};

describe("integers of 64 bits keep their digits in what is sent", () => {
  for (const definition of [openai, anthropic]) {
    test(`${definition.id}: in a schema`, async () => {
      const body = await sent(definition, { schema: { name: "x", schema } });
      // Anthropic's SDK tells of bounds in a description.
      expect(body).toMatch(/"?minimum"?: ?-9223372036854775808\b/);
      expect(body).toMatch(/"?maximum"?: ?9223372036854775807\b/);
      expect(body).toContain('"enum":[9223372036854775807,1]');
    });

    test(`${definition.id}: in the parameters of a tool, and in what a provider is told besides`, async () => {
      const tools = [{ name: "add", description: "Adds", parameters: schema }];
      const body = await sent(definition, { tools, provider: { metadata: { user_id: MOST } } });
      expect(body).toContain('"minimum":-9223372036854775808,"maximum":9223372036854775807');
      expect(body).toContain('"user_id":9223372036854775807');
    });

    test(`${definition.id}: in the arguments of a call`, async () => {
      const given = { id: 9007199254740993n, error: new ErrorValue("x", "y", [MOST]) };
      const part = { type: "tool-call", id: "1", name: "add", arguments: given } as const;
      const body = await sent(definition, { messages: [...HI.messages, { role: "assistant", content: [part] }] });
      expect(body.replaceAll("\\", "")).toContain('{"id":9007199254740993,"error":{"error":{"code":"x"');
      expect(body).toContain("[9223372036854775807]");
    });
  }

  test("in a schema that stands in a message", async () => {
    const deepseek = compatible.find(({ id }) => id === "deepseek");
    const body = await sent(deepseek ?? openai, { schema: { name: "x", schema } });
    expect(body).toContain('\\"maximum\\":9223372036854775807');
  });

  test("and the mock fills such a schema", async () => {
    const make = await mock.load();
    const timeouts = { firstByte: 20_000, chunk: 20_000 };
    const provider = make({ key: undefined, baseUrl: undefined, fetch, timeouts, maxRetries: 0 });
    const tools = [{ name: "add", description: "", parameters: { ...schema, required: ["id"] } }];
    const bounded = { type: "object", properties: { id: schema.properties.id }, required: ["id"] };
    const { text } = await provider.generate({ ...HI, model: "helper", schema: { name: "x", schema: bounded } }, never);
    expect(JSON.parse(text)).toEqual({ id: 1 });
    const answer = await provider.generate({ ...HI, model: "helper", tools, toolChoice: "required" }, never);
    expect(answer.toolCalls[0]?.arguments).toMatchObject({ id: 1 });
  });
});

const GIVEN = '{"id":1234567890123456789,"share":1.0,"most":-9223372036854775808,"more":123456789012345678901}';
const READ = { id: 1234567890123456789n, share: new Float(1), most: LEAST, more: 1.2345678901234568e20 };

/** A call with these arguments as a whole answer and as a stream. The text is put in as it is: no JSON.stringify writes it. */
const CALLS = {
  openai: () => {
    const call = { index: 0, id: "1", type: "function", function: { name: "add", arguments: GIVEN } };
    const choice = (key: string) => ({ index: 0, [key]: { tool_calls: [call] }, finish_reason: "tool_calls" });
    return {
      definition: openai,
      whole: JSON.stringify({ model: "m", choices: [choice("message")] }),
      events: [{ data: { model: "m", choices: [choice("delta")] } }, { data: "[DONE]" }],
    };
  },
  anthropic: () => {
    const block = { type: "tool_use", id: "1", name: "add", input: {} };
    const message = { model: "m", content: [block], stop_reason: "tool_use" };
    const events = [
      { type: "message_start", message: { model: "m", content: [] } },
      { type: "content_block_start", index: 0, content_block: block },
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: GIVEN } },
      { type: "message_delta", delta: { stop_reason: "tool_use" } },
      { type: "message_stop" },
    ];
    return {
      definition: anthropic,
      whole: JSON.stringify(message).replace("{}", GIVEN),
      events: events.map((data) => ({ event: data.type, data })),
    };
  },
};

describe("integers of 64 bits keep their digits in a tool's arguments", () => {
  test.each(Object.entries(CALLS))("of %s", async (_id, make) => {
    const { definition, whole, events } = make();
    const { provider } = await open(definition, [{ status: 200, body: whole }]);
    const { toolCalls } = await provider.generate(HI, never);
    expect(toolCalls.map((call) => ({ ...call.arguments }))).toEqual([READ]);
    const { provider: streaming } = await open(definition, [...events, "end"]);
    for await (const event of streaming.stream(HI, never)) {
      if (event.type === "tool-call") expect({ ...event.call.arguments }).toEqual(READ);
    }
  });

  test("of the mock, which is told them", async () => {
    const make = await mock.load();
    const timeouts = { firstByte: 20_000, chunk: 20_000 };
    const provider = make({ key: undefined, baseUrl: undefined, fetch, timeouts, maxRetries: 0 });
    const tools = [{ name: "add", description: "", parameters: {} }];
    const messages = [{ role: "user", content: `call tool add ${GIVEN}` }] as const;
    const { toolCalls } = await provider.generate({ model: "helper", messages, tools }, never);
    expect({ ...toolCalls[0]?.arguments }).toEqual(READ);
  });
});
