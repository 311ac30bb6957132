import { docOf } from "../../../src/contract/schema-parts.ts";
import { parse, SchemaError } from "../../../src/contract/check-schema.ts";
import { describe, expect, test } from "bun:test";
import { llm } from "../../../src/bridges/llm.ts";
import type { CallContext } from "../../../src/contract/bridge.ts";
import { SpellError } from "../../../src/contract/errors.ts";
import type { Provider, StreamEvent } from "../../../src/contract/provider.ts";
import type { Schema } from "../../../src/contract/schema.ts";
import { Float, type Value, type ValueMap } from "../../../src/contract/value.ts";
import { mock } from "../../../src/providers/mock/mock.ts";
import { effectsOver, openLlm as open } from "./open-llm.ts";

/** A provider whose stream a test steers, and that tells how far it was read. */
function steered(events: readonly StreamEvent[]) {
  const seen = { given: 0, aborted: false, ended: false };
  const provider: Partial<Provider> = {
    async *stream(_request, signal) {
      signal.addEventListener("abort", () => void (seen.aborted = true));
      try {
        for (const event of events) {
          seen.given++;
          yield event;
        }
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        });
      } finally {
        seen.ended = true;
      }
    },
  };
  return { seen, provider };
}

const TEXT: StreamEvent = { type: "text", text: "a piece of text " };

describe("llm.complete and llm.chat", () => {
  test("answer with what is there, and nothing empty", async () => {
    const { call, charged } = await open();
    expect(await call("complete", { prompt: "Say hello" })).toEqual({
      text: "hello",
      model: "helper",
      provider: "mock",
      usage: { inputTokens: 3, outputTokens: 2 },
      cost: { usd: new Float(0), known: true },
      finishReason: "stop",
      message: { role: "assistant", content: "hello" },
    });
    expect(charged).toEqual([5]);
  });

  test("carry tool calls and thoughts", async () => {
    const { call } = await open({ script: [{ thinking: "hm", tool: { name: "add", arguments: { a: 1 } } }] });
    expect(await call("complete", { prompt: "x", options: { thinkingTokens: 10 } })).toMatchObject({
      thinking: "hm",
      finishReason: "tool-calls",
      toolCalls: [{ name: "add", arguments: { a: 1 } }],
    });
  });

  test("pass every option on, and none that was not given", async () => {
    const { call, requests } = await open();
    await call("complete", { prompt: "x" });
    expect(requests[0]).toEqual({ model: "helper", key: "run-1", messages: [{ role: "user", content: "x" }] });
    const options = {
      system: "Be short.",
      maxTokens: new Float(20),
      temperature: 0.5,
      topP: 1,
      stop: ["."],
      seed: 3,
      tools: [{ name: "now" }],
      toolChoice: "none",
      thinkingTokens: 5,
    };
    await call("complete", { prompt: "x", options: { ...options, schema: { title: "Bird", type: "object" } } });
    expect(requests[1]).toEqual({
      key: "run-1",
      model: "helper",
      messages: [
        { role: "system", content: "Be short." },
        { role: "user", content: "x" },
      ],
      maxTokens: 20,
      temperature: 0.5,
      topP: 1,
      stop: ["."],
      seed: 3,
      tools: [{ name: "now", description: "", parameters: { type: "object", properties: {} } }],
      toolChoice: "none",
      thinkingTokens: 5,
      schema: { name: "Bird", schema: { title: "Bird", type: "object" } },
    });
  });

  test("tell how much time the call has left, where it has an end", async () => {
    const { call, requests } = await open({ timeLeft: 5000 });
    await call("complete", { prompt: "x" });
    expect(requests[0]).toMatchObject({ timeLeft: 5000 });
  });

  test("a conversation with parts", async () => {
    const { call } = await open();
    const messages = [
      { role: "user", content: [{ type: "text", text: "call tool add" }] },
      { role: "assistant", content: [{ type: "tool-call", id: "1", name: "add", arguments: {} }] },
      { role: "tool", content: [{ type: "tool-result", id: "1", text: "3" }] },
    ];
    expect(await call("chat", { messages })).toMatchObject({ text: "The tool add answered: 3" });
  });

  for (const [name, args] of [
    ["an unknown option", { prompt: "x", options: { max_tokens: 3 } }],
    ["a negative maxTokens", { prompt: "x", options: { maxTokens: 0 } }],
    ["a prompt that is no text", { prompt: 1 }],
  ] as const) {
    test(`refuse ${name}`, async () => {
      const { call } = await open();
      await expect(call("complete", args)).rejects.toBeInstanceOf(SchemaError);
    });
  }

  test("refuse an empty conversation", async () => {
    await expect((await open()).call("chat", { messages: [] })).rejects.toBeInstanceOf(SchemaError);
  });

  test("charge by length where the provider does not count", async () => {
    const usage = { inputTokens: 0, outputTokens: 0 };
    const answer = { text: "12345678", thinking: "", toolCalls: [], usage, finishReason: "stop", model: "m" } as const;
    const { call, charged } = await open({ provider: { generate: async () => answer } });
    await call("complete", { prompt: "1234" });
    expect(charged).toEqual([3]);
  });
});

describe("what a profile grants", () => {
  for (const [models, model, allowed] of [
    [["mock/*"], undefined, true],
    [["mock/helper"], "mock", true],
    [["mock/helper"], "mock/echo", false],
    [["*"], "other/echo", true],
    [["other/*"], undefined, false],
    [["mock/e?ho"], "mock/echo", true],
    [["mock.*"], "mock/echo", false],
    [[], "mock", false],
  ] as const) {
    test(`${JSON.stringify(models)} ${allowed ? "allows" : "refuses"} ${model ?? "the default"}`, async () => {
      const { call } = await open({ grant: { models: [...models] } });
      const answer = call("complete", { prompt: "Say x", options: model === undefined ? {} : { model } });
      if (allowed) expect(await answer).toMatchObject({ provider: "mock" });
      else await expect(answer).rejects.toMatchObject({ code: "grant.rule" });
    });
  }

  test("a refusal shows the line that would allow it", () => {
    const refuse = llm.functions.embed.refuse;
    const effects = effectsOver({} as Provider);
    const grant = parse(llm.grant(), { models: ["other/*"], maxTokens: 5 });
    expect(refuse?.({ texts: ["x"], options: { model: "mock/echo" } }, { grant, effects })).toEqual({
      reason: 'The model "mock/echo" is not granted',
      grantLine: 'llm: { models: ["other/*", "mock/echo"], maxTokens: 5 }',
    });
  });

  test("maxTokens is a limit and a default", async () => {
    const { call, requests } = await open({ grant: { maxTokens: 1 } });
    expect(await call("complete", { prompt: "Say one two" })).toMatchObject({ text: "one", finishReason: "length" });
    expect(requests[0]?.maxTokens).toBe(1);
    const more = call("complete", { prompt: "x", options: { maxTokens: 2 } });
    await expect(more).rejects.toMatchObject({ code: "grant.rule" });
  });

  test("lists show what is granted", async () => {
    const { call } = await open({ grant: { models: ["mock/*"] } });
    expect(await call("providers", {})).toEqual([{ id: "mock", title: "Mock", usable: true, defaultModel: "helper" }]);
    expect(await call("models", {})).toEqual([
      { name: "mock/helper", provider: "mock", model: "helper", contextLength: 5 },
    ]);
    await expect(call("models", { provider: "other" })).rejects.toMatchObject({ code: "grant.rule" });
  });
});

describe("llm.stream", () => {
  test("gives pieces, and then the whole answer", async () => {
    const { call, method, charged } = await open();
    const stream = await call("stream", { prompt: "Say one two" });
    expect(await method("next", stream)).toEqual({ done: false, value: { type: "text", text: "one " } });
    const whole = (await method("result", stream)) as ValueMap;
    expect<Value>(whole).toEqual(await call("complete", { prompt: "Say one two" }));
    expect(await method("next", stream)).toEqual({ done: true });
    const { inputTokens, outputTokens } = whole["usage"] as { inputTokens: number; outputTokens: number };
    // The last charge is that of the call to complete.
    expect(charged.slice(0, -1).reduce((a, b) => a + b, 0)).toBe(inputTokens + outputTokens);
  });

  test("takes a conversation and gives tool calls", async () => {
    const { call, method } = await open();
    const tools = [{ name: "add", parameters: { type: "object" } }];
    const prompt = [{ role: "user", content: 'call tool add {"a": 1}' }];
    const stream = await call("stream", { prompt, options: { tools } });
    expect(await method("next", stream)).toEqual({
      done: false,
      value: { type: "tool-call", id: "call_1_1", name: "add", arguments: { a: 1 } },
    });
    expect(await method("result", stream)).toMatchObject({ finishReason: "tool-calls", toolCalls: [{ name: "add" }] });
  });

  test("asks for a piece only when the script does", async () => {
    const { provider, seen } = steered([TEXT, TEXT, TEXT]);
    const { call, method } = await open({ provider });
    const stream = await call("stream", { prompt: "x" });
    await Bun.sleep(5);
    expect(seen.given).toBe(0);
    await method("next", stream);
    await Bun.sleep(5);
    expect(seen.given).toBe(1);
  });

  test("closing it early ends the request, and what was read is paid for", async () => {
    const { provider, seen } = steered([TEXT, TEXT]);
    const { call, method, charged, closed } = await open({ provider });
    const stream = await call("stream", { prompt: "x" });
    await method("next", stream);
    await method("close", stream);
    expect(closed()).toBe(1);
    expect(seen).toMatchObject({ aborted: true, ended: true });
    expect(charged).toEqual([5]);
  });

  test("closing it while a piece is awaited ends the wait", async () => {
    const { provider, seen } = steered([]);
    const { call, method } = await open({ provider });
    const stream = await call("stream", { prompt: "x" });
    const waiting = method("next", stream);
    await method("close", stream);
    await expect(waiting).rejects.toMatchObject({ code: "call.cancelled" });
    expect(seen.ended).toBe(true);
  });

  test("cancelling the wait ends the request", async () => {
    const { provider, seen } = steered([]);
    const { call, method } = await open({ provider });
    const stream = await call("stream", { prompt: "x" });
    const controller = new AbortController();
    const waiting = method("next", stream, controller.signal);
    controller.abort(new SpellError("call.timeout", "Too long"));
    await expect(waiting).rejects.toMatchObject({ code: "call.timeout" });
    expect(seen.ended).toBe(true);
    await expect(method("next", stream)).rejects.toMatchObject({ code: "call.timeout" });
  });

  test("a failure of the provider is told each time", async () => {
    const { call, method } = await open({ script: [{ text: "one", fault: "disconnect" }] });
    const stream = await call("stream", { prompt: "x" });
    expect(await method("next", stream)).toMatchObject({ done: false });
    await expect(method("next", stream)).rejects.toMatchObject({ code: "provider.network" });
    await expect(method("result", stream)).rejects.toMatchObject({ code: "provider.network" });
  });

  test("what arrived before a failure is in the error's details", async () => {
    const { call, method } = await open({ script: [{ thinking: "hm", text: "one two", fault: "disconnect" }] });
    const stream = await call("stream", { prompt: "x" });
    await expect(method("result", stream)).rejects.toMatchObject({
      code: "provider.network",
      details: { received: { text: "one two", thinking: "hm" } },
    });
  });

  test("gives usage and finish as pieces where that is asked for", async () => {
    const { call, method } = await open();
    const stream = await call("stream", { prompt: "Say one", options: { events: true } });
    const steps: Value[] = [];
    for (let step = await method("next", stream); (step as ValueMap)["done"] === false;) {
      steps.push((step as ValueMap)["value"] ?? null);
      step = await method("next", stream);
    }
    expect(steps).toEqual([
      { type: "text", text: "one" },
      { type: "usage", usage: { inputTokens: 2, outputTokens: 1 }, cost: { usd: new Float(0), known: true } },
      { type: "finish", finishReason: "stop", model: "helper" },
    ]);
  });

  test("an answer that the budget has no room for is not begun", async () => {
    const { provider, seen } = steered([TEXT]);
    const { call } = await open({ provider, tokenLimit: 20 });
    await expect(call("stream", { prompt: "x" })).rejects.toMatchObject({ code: "limit.tokens" });
    expect(seen.given).toBe(0);
  });

  test("an answer that is longer than was asked for is ended in the middle", async () => {
    const { provider, seen } = steered(Array.from({ length: 100 }, () => TEXT));
    const { call, method } = await open({ provider });
    const stream = await call("stream", { prompt: "x", options: { maxTokens: 5 } });
    await expect(method("result", stream)).rejects.toMatchObject({ code: "limit.tokens" });
    expect(seen.ended).toBe(true);
    expect(seen.given).toBeLessThan(20);
  });
});

describe("the rest of llm", () => {
  test("counts tokens", async () => {
    const { call } = await open();
    expect(await call("countTokens", { text: "one two", options: { model: "mock/helper" } })).toEqual({
      tokens: 2,
      exact: true,
    });
  });

  test("makes vectors of floats", async () => {
    const { call, charged } = await open();
    const { vectors } = (await call("embed", { texts: ["", "b"] })) as { vectors: readonly (readonly Value[])[] };
    expect(vectors).toHaveLength(2);
    expect(vectors[0]?.[0]).toEqual(new Float(1));
    expect(charged).toEqual([1]);
  });

  test("says where there are no vectors", async () => {
    const make = await mock.load();
    const timeouts = { firstByte: 1, chunk: 1 };
    const { embed: _embed, ...provider } = make({ key: undefined, baseUrl: undefined, fetch, timeouts, maxRetries: 0 });
    const effects = effectsOver(provider);
    const run = llm.functions.embed.run({ texts: ["x"] }, { effects } as unknown as CallContext);
    await expect(Promise.resolve(run)).rejects.toMatchObject({ code: "provider.unsupported" });
  });

  test("every function and parameter is documented", () => {
    for (const [name, { doc, parameters }] of Object.entries(llm.functions)) {
      expect(`${name}: ${doc}`).toMatch(/^\w+: [A-Z][^.]+\./);
      for (const [parameter, schema] of Object.entries(parameters as Record<string, Schema>)) {
        expect(`${name}.${parameter}: ${docOf(schema)}`).toMatch(/: .+/);
      }
    }
  });
});
