import { afterEach, describe, expect, test } from "bun:test";
import { SpellError } from "../../../src/contract/errors.ts";
import type {
  GenerateRequest,
  Provider,
  ProviderOptions,
  StreamEvent,
  ToolDefinition,
} from "../../../src/contract/provider.ts";

/** The situations that a provider is put into. `open` arranges one and hands over the provider. */
export type Situation =
  | "text" // answers "A wren." to everything
  | "thinking" // thinks "hm" before it answers "A wren."
  | "tool" // calls add with {a: 1, b: 2}
  | "authentication" // refuses the key
  | "rate-limit-once" // asks to slow down once, then answers "A wren."
  | "rate-limit" // asks to slow down for 7 s, for ever
  | "server" // fails
  | "model" // does not know the model
  | "request" // refuses the request
  | "silent" // accepts the request and says nothing
  | "stall" // says "A wren" and then nothing more
  | "disconnect"; // says "A wren" and then breaks the connection

/** A provider in a situation. */
export interface Opened {
  readonly provider: Provider;
  readonly model: string;
  /** Resolves when the provider has closed its connection; absent where there is none. */
  readonly hungUp?: () => Promise<void>;
  /** Lets a server that waits go on; absent where none waits. */
  readonly proceed?: () => void;
  /** Resolves when the server has the request; absent where there is none. */
  readonly asked?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What differs between providers. */
export interface ProviderTest {
  readonly name: string;
  readonly key: string;
  open(situation: Situation, overrides: Partial<ProviderOptions>): Promise<Opened>;
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

const ADD: ToolDefinition = {
  name: "add",
  description: "Adds two numbers",
  parameters: {
    type: "object",
    properties: { a: { type: "integer" }, b: { type: "integer" } },
    required: ["a", "b"],
  },
};

/** Time limits that no machine is too slow for. */
const PATIENT = { firstByte: 20_000, chunk: 20_000 };
/** A time limit that is meant to be met. */
const IMPATIENT = { firstByte: 60, chunk: 20_000 };

/** The same tests for every provider. */
export function runProviderTest({ name, key, open, skip = [] }: ProviderTest): void {
  const skipped = new Map(skip.flatMap(({ reason, tests }) => tests.map((title) => [title, reason] as const)));
  const it = (title: string, work: () => Promise<void>): void => {
    const reason = skipped.get(title);
    if (reason === undefined) test(title, work);
    else test.skip(`${title} (${reason})`, work);
  };
  const opened: Opened[] = [];
  const enter = async (situation: Situation, overrides: Partial<ProviderOptions> = {}): Promise<Opened> => {
    const one = await open(situation, { timeouts: PATIENT, ...overrides });
    opened.push(one);
    return one;
  };
  const ask = (model: string, more: Partial<GenerateRequest> = {}): GenerateRequest => ({
    model,
    messages: [{ role: "user", content: "Name a bird" }],
    ...more,
  });
  const never = (): AbortSignal => new AbortController().signal;
  const failureOf = async (work: Promise<unknown>): Promise<SpellError> => {
    const error = await work.then(
      () => new Error("It did not fail"),
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(SpellError);
    expect((error as SpellError).message).not.toContain(key);
    return error as SpellError;
  };

  describe(name, () => {
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
    });

    it("answers", async () => {
      const { provider, model } = await enter("text");
      const answer = await provider.generate(ask(model, { maxTokens: 50, temperature: 0.5 }), never());
      expect(answer).toMatchObject({ text: "A wren.", thinking: "", toolCalls: [], finishReason: "stop" });
      expect(answer.usage.inputTokens).toBeGreaterThan(0);
      expect(answer.usage.outputTokens).toBeGreaterThan(0);
      expect(answer.model).not.toBe("");
    });

    it("streams the same answer", async () => {
      const { provider, model } = await enter("text");
      const events = await collect(provider.stream(ask(model), never()));
      expect(textOf(events)).toBe("A wren.");
      expect(events.filter(({ type }) => type === "text").length).toBeGreaterThan(1);
      expect(events.at(-1)).toMatchObject({ type: "finish", finishReason: "stop" });
    });

    it("counts the tokens of a stream", async () => {
      const { provider, model } = await enter("text");
      const last = (await collect(provider.stream(ask(model), never()))).at(-1);
      if (last?.type !== "finish") throw new Error("The stream has no end");
      expect(last.usage.inputTokens).toBeGreaterThan(0);
      expect(last.usage.outputTokens).toBeGreaterThan(0);
    });

    it("tells its thoughts apart from its answer", async () => {
      const { provider, model } = await enter("thinking");
      const answer = await provider.generate(ask(model, { thinkingTokens: 2000 }), never());
      expect(answer).toMatchObject({ text: "A wren.", thinking: "hm" });
      const events = await collect(provider.stream(ask(model, { thinkingTokens: 2000 }), never()));
      expect(textOf(events)).toBe("A wren.");
      expect(events.map((event) => (event.type === "thinking" ? event.text : "")).join("")).toBe("hm");
    });

    it("calls a tool", async () => {
      const { provider, model } = await enter("tool");
      const answer = await provider.generate(ask(model, { tools: [ADD] }), never());
      expect(answer.finishReason).toBe("tool-calls");
      expect(answer.toolCalls).toMatchObject([{ name: "add", arguments: { a: 1, b: 2 } }]);
      expect(answer.toolCalls[0]?.id).not.toBe("");
    });

    it("calls a tool in a stream", async () => {
      const { provider, model } = await enter("tool");
      const events = await collect(provider.stream(ask(model, { tools: [ADD] }), never()));
      const calls = events.filter((event) => event.type === "tool-call");
      expect(calls).toMatchObject([{ call: { name: "add", arguments: { a: 1, b: 2 } } }]);
      expect(events.at(-1)).toMatchObject({ type: "finish", finishReason: "tool-calls" });
    });

    it("takes the result of a tool", async () => {
      const { provider, model } = await enter("text");
      const answer = await provider.generate(
        ask(model, {
          tools: [ADD],
          messages: [
            { role: "system", content: "Be short." },
            { role: "user", content: "Add" },
            { role: "assistant", content: [{ type: "tool-call", id: "c1", name: "add", arguments: { a: 1, b: 2 } }] },
            { role: "tool", content: [{ type: "tool-result", id: "c1", text: "3" }] },
          ],
        }),
        never(),
      );
      expect(answer.text).toBe("A wren.");
    });

    it("lists its models", async () => {
      const { provider } = await enter("text");
      const models = await provider.models(never());
      expect(models.length).toBeGreaterThan(0);
      for (const model of models) expect(model.name).toBe(`${provider.id}/${model.model}`);
    });

    for (const [situation, code] of [
      ["authentication", "provider.authentication"],
      ["server", "provider.server"],
      ["model", "provider.model"],
      ["request", "provider.request"],
    ] as const) {
      it(`fails with ${code}`, async () => {
        const { provider, model } = await enter(situation);
        expect((await failureOf(provider.generate(ask(model), never()))).code).toBe(code);
        expect((await failureOf(collect(provider.stream(ask(model), never())))).code).toBe(code);
      });
    }

    it("tries again when asked to slow down", async () => {
      const { provider, model } = await enter("rate-limit-once", { maxRetries: 1 });
      expect((await provider.generate(ask(model), never())).text).toBe("A wren.");
    });

    it("says how long to wait when it is asked to slow down for too long", async () => {
      const { provider, model } = await enter("rate-limit", { maxRetries: 0 });
      const error = await failureOf(provider.generate(ask(model), never()));
      expect(error.code).toBe("provider.rate-limit");
      expect(error.details).toMatchObject({ retryAfterMs: 7000 });
    });

    it("gives up a server that does not begin to answer", async () => {
      const { provider, model } = await enter("silent", { timeouts: IMPATIENT, maxRetries: 3 });
      expect((await failureOf(provider.generate(ask(model), never()))).code).toBe("provider.timeout");
      expect((await failureOf(collect(provider.stream(ask(model), never())))).code).toBe("provider.timeout");
    });

    it("gives up a server that stops in the middle", async () => {
      const { provider, model } = await enter("stall", { timeouts: { firstByte: 20_000, chunk: 400 } });
      const events: StreamEvent[] = [];
      const error = await failureOf(collect(provider.stream(ask(model), never()), events));
      expect(error.code).toBe("provider.timeout");
      expect(textOf(events)).toBe("A wren");
    });

    it("notices a broken connection", async () => {
      const { provider, model, proceed } = await enter("disconnect");
      let text = "";
      const reading = async (): Promise<void> => {
        for await (const event of provider.stream(ask(model), never())) {
          if (event.type === "text") text += event.text;
          if (text === "A wren") proceed?.();
        }
      };
      expect((await failureOf(reading())).code).toBe("provider.network");
      expect(text).toBe("A wren");
    });

    it("stops when cancelled before the answer", async () => {
      const { provider, model, hungUp, asked = () => Bun.sleep(50) } = await enter("silent", { maxRetries: 3 });
      const controller = new AbortController();
      const answer = failureOf(provider.generate(ask(model), controller.signal));
      await asked();
      controller.abort();
      expect((await answer).code).toBe("call.cancelled");
      await hungUp?.();
    });

    it("stops when cancelled in the middle", async () => {
      const { provider, model, hungUp } = await enter("stall");
      const controller = new AbortController();
      const reading = failureOf(
        (async () => {
          for await (const event of provider.stream(ask(model), controller.signal)) {
            if (event.type === "text" && event.text.includes("wren")) setTimeout(() => controller.abort(), 10);
          }
        })(),
      );
      expect((await reading).code).toBe("call.cancelled");
      await hungUp?.();
    });

    it("closes the connection when the reader leaves early", async () => {
      const { provider, model, hungUp } = await enter("stall");
      for await (const event of provider.stream(ask(model), never())) {
        if (event.type === "text") break;
      }
      await hungUp?.();
    });

    it("does nothing when cancelled beforehand", async () => {
      const { provider, model } = await enter("text");
      const error = await failureOf(provider.generate(ask(model), AbortSignal.abort()));
      expect(error.code).toBe("call.cancelled");
    });

    it("passes on the canceller's own reason", async () => {
      const { provider, model } = await enter("text");
      const reason = new SpellError("limit.wall-time", "The run took too long");
      const error = await failureOf(provider.generate(ask(model), AbortSignal.abort(reason)));
      expect(error.code).toBe("limit.wall-time");
    });
  });
}

async function collect(stream: AsyncIterable<StreamEvent>, events: StreamEvent[] = []): Promise<StreamEvent[]> {
  for await (const event of stream) events.push(event);
  return events;
}

function textOf(events: readonly StreamEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}
