import { describe, expect, test } from "bun:test";
import { type Schema, Validator } from "@cfworker/json-schema";
import type { GenerateRequest, Provider, StreamEvent } from "../../../../src/contract/provider.ts";
import type { Value } from "../../../../src/contract/value.ts";
import { mock } from "../../../../src/providers/mock/mock.ts";

async function open(script?: Value): Promise<Provider> {
  const make = await mock.load();
  return make({
    key: undefined,
    baseUrl: undefined,
    fetch,
    timeouts: { firstByte: 20_000, chunk: 20_000 },
    maxRetries: 0,
    ...(script !== undefined && { script }),
  });
}

const never = new AbortController().signal;

async function ask(content: string, more: Partial<GenerateRequest> = {}, script?: Value) {
  const provider = await open(script);
  return await provider.generate({ model: "helper", messages: [{ role: "user", content }], ...more }, never);
}

describe("the mock's rules", () => {
  for (const [prompt, answer] of [
    ["Name a bird", 'Hello from the mock model. You asked: "Name a bird"'],
    ["", "Hello from the mock model."],
    ["Say hello", "hello"],
    ['Repeat after me: "a b"', "a b"],
    ["List three birds", "1. Bird 1\n2. Bird 2\n3. Bird 3"],
    ["Classify as one of: spam, ham. Text: buy ham now", "ham"],
    ["Do you know it? Answer yes or no.", "yes"],
    ["Summarize: One short text.", "One short text."],
    [
      "Summarize in one sentence: Cats sleep a lot. The wren is a small bird. A wren is a bird that sings.",
      "The wren is a small bird. (About: wren, bird, cats.)",
    ],
  ] as const) {
    test(prompt === "" ? "an empty prompt" : prompt, async () => {
      const { text, finishReason } = await ask(prompt);
      expect(text).toBe(answer);
      expect(finishReason).toBe("stop");
    });
  }

  test("the echo model repeats", async () => {
    expect((await ask("Summarize: x", { model: "echo" })).text).toBe("Summarize: x");
  });

  test("maxTokens cuts the answer", async () => {
    const { text, finishReason, usage } = await ask("Say one two three four", { maxTokens: 2 });
    expect({ text, finishReason, tokens: usage.outputTokens }).toEqual({
      text: "one two",
      finishReason: "length",
      tokens: 2,
    });
  });

  test("a stop text ends the answer", async () => {
    expect((await ask("Say one two three", { stop: [" three", "two"] })).text).toBe("one ");
  });

  test("a schema is filled in, whole or in a stream", async () => {
    const schema: Schema = { type: "object", properties: { name: { type: "string" }, age: { type: "integer" } } };
    const { text } = await ask("Who?", { schema: { name: "person", schema } });
    expect(JSON.parse(text)).toEqual({ name: "name", age: 1 });
    expect(new Validator(schema).validate(JSON.parse(text)).valid).toBe(true);
  });

  test("a schema without an instance is refused", async () => {
    const schema = { name: "x", schema: { type: "integer", minimum: 2, maximum: 1 } };
    await expect(ask("Who?", { schema })).rejects.toMatchObject({ code: "provider.unsupported" });
  });

  const tools = [
    {
      name: "add",
      description: "",
      parameters: { type: "object", properties: { a: { type: "integer" } }, required: ["a"] },
    },
    { name: "now", description: "", parameters: {} },
  ];

  for (const [prompt, calls] of [
    ['call tool add {"a": 5}', [{ name: "add", arguments: { a: 5 } }]],
    ["Please use the add tool.", [{ name: "add", arguments: { a: 1 } }]],
    ['Use the "add" tool with {"a": {"b": "}"}} now', [{ name: "add", arguments: { a: { b: "}" } } }]],
    ["call tool now, then call tool add", [{ name: "now" }, { name: "add" }]],
    ["call tool missing {}", []],
    ["What is a tool?", []],
  ] as const) {
    test(`${prompt} → ${calls.map(({ name }) => name).join(", ") || "no call"}`, async () => {
      const { toolCalls, finishReason } = await ask(prompt, { tools });
      expect(toolCalls).toMatchObject(calls as unknown as object[]);
      expect(toolCalls).toHaveLength(calls.length);
      expect(finishReason).toBe(calls.length > 0 ? "tool-calls" : "stop");
    });
  }

  test("toolChoice demands or forbids a call", async () => {
    expect((await ask("Hi", { tools, toolChoice: "required" })).toolCalls).toMatchObject([{ name: "add" }]);
    expect((await ask("Hi", { tools, toolChoice: { name: "now" } })).toolCalls).toMatchObject([{ name: "now" }]);
    expect((await ask("call tool add", { tools, toolChoice: "none" })).toolCalls).toEqual([]);
  });

  test("it answers with the results of its tools", async () => {
    const { text } = await ask("", {
      tools,
      toolChoice: "required",
      messages: [
        { role: "user", content: "call tool add" },
        { role: "assistant", content: [{ type: "tool-call", id: "c1", name: "add", arguments: {} }] },
        { role: "tool", content: [{ type: "tool-result", id: "c1", text: "3" }] },
        { role: "tool", content: [{ type: "tool-result", id: "c2", text: "no", isError: true }] },
      ],
    });
    expect(text).toBe("The tool add answered: 3\nThe tool c2 failed: no");
  });

  test("vectors have length 1 and are near for texts that share words", async () => {
    const { vectors, usage } = await (
      await open()
    ).embed!({ model: "helper", texts: ["a small bird", "the small bird", "tax law", ""] }, never);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1);
    const near = (a = 0, b = 0): number => vectors[a]!.reduce((sum, x, at) => sum + x * vectors[b]![at]!, 0);
    expect(near(0, 1)).toBeGreaterThan(near(0, 2) + 0.3);
    expect(usage.inputTokens).toBeGreaterThan(0);
  });
});

describe("the mock's script", () => {
  test("replies in order, by match, and so many times", async () => {
    const provider = await open({
      replies: [
        { text: "first" },
        { match: "bird", text: "A wren.", times: 1 },
        { match: "/^\\d+$/", text: "a number" },
        "second",
      ],
    });
    const say = async (content: string) =>
      (await provider.generate({ model: "helper", messages: [{ role: "user", content }] }, never)).text;
    expect(await say("a BIRD")).toBe("A wren.");
    expect(await say("a bird")).toBe("first");
    expect(await say("12")).toBe("a number");
    expect(await say("13")).toBe("a number");
    expect(await say("x")).toBe("second");
    expect(await say("Say bye")).toBe("bye");
  });

  test("streams its chunks as they are written", async () => {
    const provider = await open([{ chunks: ["A w", "ren."], pause: "1ms", delay: 1, thinking: "hm" }]);
    const events: StreamEvent[] = [];
    for await (const event of provider.stream({ model: "helper", messages: [] }, never)) events.push(event);
    expect(events).toMatchObject([
      { type: "thinking", text: "hm" },
      { type: "text", text: "A w" },
      { type: "text", text: "ren." },
      { type: "finish", finishReason: "stop" },
    ]);
  });

  test("calls tools that the request does not have", async () => {
    const { toolCalls } = await ask("x", {}, [{ tools: ["now", { name: "add", arguments: { a: 1 } }] }]);
    expect(toolCalls).toMatchObject([
      { name: "now", arguments: {} },
      { name: "add", arguments: { a: 1 } },
    ]);
  });

  test("a delay over the time limit is a timeout", async () => {
    const make = await mock.load();
    const timeouts = { firstByte: 5, chunk: 5 };
    const script = [{ delay: "1m", text: "late" }];
    const provider = make({ key: undefined, baseUrl: undefined, fetch, timeouts, maxRetries: 0, script });
    const answer = provider.generate({ model: "helper", messages: [] }, never);
    await expect(answer).rejects.toMatchObject({ code: "provider.timeout" });
  });

  const late = { delay: "1m", text: "late" };
  const slow = { chunks: ["a", "b"], pause: "1m" };
  const stalled = { text: "a", fault: "stall" };
  for (const [name, reply, timeouts, timeoutMs, streamed] of [
    ["a delay", late, { firstByte: 5 }, 5, false],
    ["a delay, by the whole time", late, { total: 6 }, 6, false],
    ["a delay of a stream", late, { firstByte: 5 }, 5, true],
    ["a pause", slow, { chunk: 7 }, 7, true],
    ["a pause, by the whole time", slow, { total: 6 }, 6, true],
    ["a stall", stalled, { firstByte: 5 }, 5, false],
    ["a stall in a stream", stalled, { chunk: 7 }, 7, true],
    ["a stall in a stream, by the whole time", stalled, { total: 6 }, 6, true],
  ] as const) {
    test(`the time limits of a question hold: ${name}`, async () => {
      const provider = await open([reply]);
      const request = { model: "helper", messages: [], timeouts };
      const whole = async () => {
        for await (const event of provider.stream(request, never)) void event;
      };
      const answer = streamed ? whole() : provider.generate(request, never);
      await expect(answer).rejects.toMatchObject({ code: "provider.timeout", details: { timeoutMs } });
    });
  }

  for (const [name, script, message] of [
    [
      "an unknown key of a reply",
      { replies: [{ txet: "x" }] },
      'Reply 1 has the unknown key "txet" (did you mean "text"?)',
    ],
    ["an unknown key", { replys: [] }, 'The mock\'s script has the unknown key "replys" (did you mean "replies"?)'],
    ["a fault", [{ fault: "rate_limit" }], 'Reply 1: fault "rate_limit" is unknown (did you mean "rate-limit"?)'],
    ["a duration", [{ delay: "soon" }], 'Reply 1: delay "soon" is not a duration such as 200ms or 2s'],
    ["times", ["a", { times: 0 }], "Reply 2: times must be a whole number of at least 1"],
    ["text and chunks", [{ text: "a", chunks: [] }], "Reply 1 has both text and chunks"],
    ["a regular expression", [{ match: "/(/" }], 'Reply 1: match "/(/" is not a regular expression'],
    ["a tool", [{ tool: { arguments: {} } }], "Reply 1: tool needs a name"],
    ["a text", "text", "The mock's script must be a map with the key replies, or a list of replies"],
  ] as const) {
    test(`says what is wrong with ${name}`, async () => {
      await expect(open(script as Value)).rejects.toMatchObject({ code: "provider.script", message });
    });
  }

  test("may say that nothing is left", async () => {
    const answer = ask("x", {}, { replies: [], otherwise: "error" });
    await expect(answer).rejects.toMatchObject({ code: "provider.script" });
  });
});
