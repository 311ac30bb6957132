import { describe, expect, test } from "bun:test";
import { SpellError } from "../../../src/contract/errors.ts";
import { Float, FunctionHandle, type Value, type ValueMap } from "../../../src/contract/value.ts";
import { openLlm as open } from "./open-llm.ts";

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const PDF = new TextEncoder().encode("%PDF-1.7\n...");
const user = (...content: readonly object[]) => ({ messages: [{ role: "user", content }] });

describe("attachments", () => {
  test("of bytes are sent as what they are", async () => {
    const { call, requests } = await open();
    const parts = [{ type: "text", text: "What is this?" }, ...["image", "file"].map((type) => ({ type, bytes: PNG }))];
    await call("chat", user(...parts, { type: "file", bytes: PDF, name: "a.pdf", cache: true }));
    expect(requests[0]?.messages[0]?.content).toEqual([
      { type: "text", text: "What is this?" },
      { type: "image", mime: "image/png", bytes: PNG },
      { type: "image", mime: "image/png", bytes: PNG },
      { type: "file", mime: "application/pdf", bytes: PDF, name: "a.pdf", cache: true },
    ]);
  });

  test("of text are text, with their name", async () => {
    const { call, requests } = await open();
    await call("chat", user({ type: "file", bytes: "one, two", name: "birds.csv", mime: "text/csv" }));
    expect(requests[0]?.messages[0]?.content).toEqual([{ type: "text", text: 'File "birds.csv":\none, two' }]);
  });

  test("are read by files and http, and no further than is granted", async () => {
    const asked: unknown[] = [];
    const perform = (name: string, args: readonly Value[]): Promise<Value> => {
      asked.push([name, ...args]);
      return Promise.resolve(name === "http.get" ? { ok: true, status: 200, bytes: PDF } : PNG);
    };
    const { call, requests } = await open({ perform, grant: { maxAttachmentBytes: "100B" } });
    const url = "https://example.org/x/paper.pdf?v=1";
    await call("chat", user({ type: "image", path: "birds/wren.png" }, { type: "file", url }));
    expect(asked).toEqual([
      ["files.readBytes", "birds/wren.png", { length: 101 }],
      ["http.get", url, { as: "bytes" }],
    ]);
    expect(requests[0]?.messages[0]?.content).toEqual([
      { type: "image", mime: "image/png", bytes: PNG, name: "wren.png" },
      { type: "file", mime: "application/pdf", bytes: PDF, name: "paper.pdf" },
    ]);
  });

  test("that may not be read are the error of files, and nothing is sent", async () => {
    const perform = () => Promise.reject(new SpellError("grant.rule", "No files"));
    const { call, requests } = await open({ perform });
    await expect(call("chat", user({ type: "image", path: "x" }))).rejects.toMatchObject({ code: "grant.rule" });
    expect(requests).toEqual([]);
  });

  test.each([
    [8, 'The file "x" has more than 8B, the most that is granted', "maxAttachmentBytes"],
    [10, 'The file "x" has more than 8B, the most that a call may answer with', "limits.answer"],
  ])("of which files may not answer with so much are too large (%d B granted)", async (most, message, fix) => {
    const details = { limit: "answer", value: 8 };
    const perform = () => Promise.reject(new SpellError("limit.answer", "files.readBytes: too large", { details }));
    const { call, requests } = await open({ perform, grant: { maxAttachmentBytes: most } });
    await expect(call("chat", user({ type: "file", path: "x" }))).rejects.toMatchObject({
      code: "provider.attachment",
      message,
      fix: expect.stringContaining(fix) as string,
    });
    expect(requests).toEqual([]);
  });

  for (const [what, part, message] of [
    ["too large", { type: "image", bytes: PNG }, "The image has more than 10B, the most that is granted"],
    ["of no known type", { type: "file", bytes: Uint8Array.of(0, 1), name: "x" }, 'The file "x" is of an unknown type'],
    ["empty", { type: "file", bytes: "" }, "The file is of an unknown type"],
    ["of another type", { type: "audio", bytes: "RIFF" }, "The sound is no sound: it is text/plain"],
    [
      "said to be another",
      { type: "file", bytes: "a", mime: "image/png" },
      "The file is said to be image/png, and is text/plain",
    ],
    ["from nowhere", { type: "image" }, "A part of the type image needs one of bytes, path and url"],
    [
      "from two places",
      { type: "image", bytes: "a", path: "b" },
      "A part of the type image needs one of bytes, path and url",
    ],
  ] as const) {
    test(`${what} are refused before anything is sent`, async () => {
      const { call, requests } = await open({ grant: { maxAttachmentBytes: "10B" } });
      await expect(call("chat", user(part))).rejects.toMatchObject({ code: "provider.attachment", message });
      expect(requests).toEqual([]);
    });
  }

  test("take part in what a question may cost", async () => {
    const { call } = await open({ tokenLimit: 5000 });
    await expect(call("chat", user({ type: "image", bytes: PNG }))).rejects.toMatchObject({ code: "limit.tokens" });
  });
});

describe("a conversation that goes on", () => {
  test("an answer has the message that is put at its end", async () => {
    const { call } = await open({
      script: [{ thinking: "hm", text: "So", tool: { name: "add", arguments: { a: 1 } } }],
    });
    const { message } = (await call("complete", { prompt: "x" })) as ValueMap;
    expect(message).toEqual({
      role: "assistant",
      content: [
        { type: "text", text: "So" },
        { type: "tool-call", id: "call_1_1", name: "add", arguments: { a: 1 } },
      ],
    });
    const results = { role: "tool", content: [{ type: "tool-result", id: "call_1_1", text: "3" }] };
    const messages = [{ role: "user", content: "x" }, message, results];
    expect(await call("chat", { messages })).toMatchObject({ text: "The tool add answered: 3" });
  });

  test("thoughts come with their proof", async () => {
    const thoughts = [{ type: "thinking", text: "hm", signature: "sig" }] as const;
    const usage = { inputTokens: 1, outputTokens: 1, thinkingTokens: 1, cachedTokens: 1 };
    const answer = {
      text: "a",
      thinking: "hm",
      thoughts,
      toolCalls: [],
      usage,
      finishReason: "stop",
      model: "m",
    } as const;
    const { call } = await open({ provider: { generate: async () => answer } });
    expect(await call("complete", { prompt: "x" })).toMatchObject({
      usage,
      message: { role: "assistant", content: [...thoughts, { type: "text", text: "a" }] },
    });
  });
});

describe("what a question costs", () => {
  const price = { known: true, asOf: "2026-01-01", contextLength: 20, cost: () => 0.25 };

  test("stands on the answer", async () => {
    const { call } = await open({ price });
    const { cost } = (await call("complete", { prompt: "Say a" })) as ValueMap;
    expect(cost).toEqual({ usd: 0.25, known: true, asOf: "2026-01-01" });
  });

  test("is refused where nobody knows it and there is a budget", async () => {
    const unknown = { known: false, asOf: "2026-01-01", cost: () => 0 };
    const refused = await open({ price: unknown, usdLimit: 1 });
    await expect(refused.call("complete", { prompt: "x" })).rejects.toMatchObject({ code: "limit.price" });
    expect(refused.requests).toEqual([]);
    for (const allowed of [{ usdLimit: 1, grant: { unknownPrices: "count-tokens" } }, {}]) {
      const { call, charged } = await open({ price: unknown, ...allowed });
      expect(await call("complete", { prompt: "Say a" })).toMatchObject({ cost: { known: false, usd: new Float(0) } });
      expect(charged).toEqual([3]);
    }
  });

  test("a question that is too long is counted and not sent", async () => {
    const { call, requests } = await open({ price });
    const prompt = "word ".repeat(100);
    await expect(call("complete", { prompt })).rejects.toMatchObject({
      code: "provider.context",
      message: 'The question has 100 tokens, and "mock/helper" takes 20',
      details: { tokens: 100, exact: true, contextLength: 20 },
    });
    expect(requests).toEqual([]);
  });
});

describe("options", () => {
  test("timeouts and retries are passed on, within the grant", async () => {
    const { call, requests } = await open({ grant: { maxTimeout: "10s", maxRetries: 1 } });
    await call("complete", { prompt: "x", options: { timeout: { firstByte: "2s", total: "9s" }, retries: 1 } });
    expect(requests[0]).toMatchObject({ timeouts: { firstByte: 2000, total: 9000 }, maxRetries: 1 });
    for (const options of [{ timeout: { chunk: "11s" } }, { retries: 2 }]) {
      await expect(call("complete", { prompt: "x", options })).rejects.toMatchObject({ code: "grant.rule" });
    }
  });

  test("functions are told of each piece as it arrives", async () => {
    const told: unknown[] = [];
    const callback = async (target: FunctionHandle, args: readonly Value[]): Promise<Value> => {
      told.push([target.id, ...args]);
      return null;
    };
    const { call } = await open({ callback });
    const options = { onText: new FunctionHandle(1), onEvent: new FunctionHandle(2) };
    expect(await call("complete", { prompt: "Say a b", options })).toMatchObject({ text: "a b" });
    expect(told).toEqual([
      [1, "a "],
      [2, { type: "text", text: "a " }],
      [1, "b"],
      [2, { type: "text", text: "b" }],
      [2, { type: "usage", usage: { input_tokens: 3, output_tokens: 2 }, cost: { usd: new Float(0), known: true } }],
      [2, { type: "finish", finish_reason: "stop", model: "helper" }],
    ]);
  });

  test("a function that fails ends the request", async () => {
    const { call } = await open({ callback: () => Promise.reject(new SpellError("script.error", "no")) });
    const asked = call("complete", { prompt: "Say a b", options: { onText: new FunctionHandle(1) } });
    await expect(asked).rejects.toMatchObject({ code: "script.error" });
  });

  test("tokens of a conversation", async () => {
    const { call } = await open();
    const text = [
      { role: "user", content: "one two" },
      { role: "assistant", content: [{ type: "text", text: "a" }] },
    ];
    const options = { model: "mock/helper" };
    expect(await call("countTokens", { text, options })).toEqual({ tokens: 11, exact: true });
    const image = [{ role: "user", content: [{ type: "image", bytes: PNG }] }];
    expect(await call("countTokens", { text: image, options })).toMatchObject({ exact: false });
  });
});

describe("answers that are kept", () => {
  const kept = { cache: {} };
  /** How often the model was asked, after each call. */
  async function asked(grant: object, calls: readonly object[]): Promise<readonly unknown[]> {
    const { call, requests } = await open({ grant: { ...grant, maxTokens: 100 + Math.floor(Math.random() * 1e9) } });
    const seen: unknown[] = [];
    for (const options of calls) {
      const { cached = false } = (await call("complete", { prompt: "Say a", options })) as ValueMap;
      seen.push([requests.length, cached]);
    }
    return seen;
  }

  test("only where that is wanted", async () => {
    expect(await asked({}, [{}, {}])).toEqual([
      [1, false],
      [2, false],
    ]);
    expect(await asked({}, [{ cache: true }, { cache: true }, {}])).toEqual([
      [1, false],
      [1, true],
      [2, false],
    ]);
    expect(await asked(kept, [{}, {}, { cache: false }])).toEqual([
      [1, false],
      [1, true],
      [2, false],
    ]);
  });

  test("for exactly the same question", async () => {
    const calls = [{}, { temperature: 1 }, { system: "Be short" }, { seed: 1 }, { provider: { top_k: 1 } }, {}];
    expect(await asked(kept, calls)).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, false],
      [5, false],
      [5, true],
    ]);
  });

  test("deliberate repeats are asked anew", async () => {
    const calls = [{ sample: 1 }, { sample: 2 }, { sample: 1 }, { fresh: true }];
    expect(await asked(kept, calls)).toEqual([
      [1, false],
      [2, false],
      [2, true],
      [3, false],
    ]);
  });

  test("never under another grant", async () => {
    const first = await asked({ ...kept, models: ["mock/*"] }, [{}]);
    expect([...first, ...(await asked({ ...kept, models: ["*"] }, [{}]))]).toEqual([
      [1, false],
      [1, false],
    ]);
  });

  test("they cost nothing and say so", async () => {
    const price = { known: true, cost: () => 0.5 };
    const { call, charged } = await open({ grant: { ...kept, maxTokens: 7 }, price });
    const first = (await call("complete", { prompt: "Say cheap" })) as ValueMap;
    const again = (await call("complete", { prompt: "Say cheap" })) as ValueMap;
    expect(first["cost"]).toEqual({ usd: 0.5, known: true });
    expect(again).toEqual({
      ...first,
      usage: { inputTokens: 0, outputTokens: 0 },
      cost: { usd: new Float(0), known: true },
      cached: true,
    });
    expect(charged).toHaveLength(1);
  });

  test("questions at once are one request", async () => {
    const { call, requests } = await open({ grant: { ...kept, maxTokens: 8 }, script: [{ delay: 20, text: "a" }] });
    const answers = await Promise.all(Array.from({ length: 10 }, () => call("complete", { prompt: "x" })));
    expect(requests).toHaveLength(1);
    expect(answers.filter((answer) => (answer as ValueMap)["cached"] === true)).toHaveLength(9);
  });
});
