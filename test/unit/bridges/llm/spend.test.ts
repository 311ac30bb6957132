import { describe, expect, test } from "bun:test";
import { SpellError } from "../../../../src/contract/errors.ts";
import type { AttemptLog, Generation, Provider } from "../../../../src/contract/provider.ts";
import { openLlm as open } from "../open-llm.ts";

const ANSWER: Generation = {
  text: "12345678",
  thinking: "",
  toolCalls: [],
  usage: { inputTokens: 0, outputTokens: 0 },
  finishReason: "stop",
  model: "m",
};

const LOST = new SpellError("provider.timeout", "Too slow");

/** A provider that tells of its attempts as `tell` says, and then answers or fails. */
function telling(tell: (attempts: AttemptLog) => void, outcome: Generation | SpellError): Partial<Provider> {
  const end = async (attempts: AttemptLog | undefined): Promise<Generation> => {
    if (attempts !== undefined) tell(attempts);
    if (outcome instanceof SpellError) throw outcome;
    return outcome;
  };
  return {
    generate: ({ attempts }) => end(attempts),
    async *stream({ attempts }) {
      const { usage, text, model } = await end(attempts);
      yield { type: "text", text };
      yield { type: "finish", usage, finishReason: "stop", model };
    },
    embed: async ({ attempts }) => ({ ...(await end(attempts)), vectors: [[1]] }),
  };
}

test("a count that the provider left out is estimated, though it gave the other", async () => {
  const usage = { inputTokens: 100, outputTokens: 0 };
  const { call, charged } = await open({ provider: telling(() => {}, { ...ANSWER, usage }) });
  await call("complete", { prompt: "1234" });
  expect(charged).toEqual([102]);
});

/** What is told, how it ends, and what 4 tokens of a question cost then. */
const CASES: readonly (readonly [string, (attempts: AttemptLog) => void, Generation | SpellError, number])[] = [
  ["nothing was sent", () => {}, LOST, 0],
  [
    "it was refused",
    (attempts) => {
      attempts.sent();
      attempts.refused();
    },
    LOST,
    0,
  ],
  ["it was sent, and nobody knows what came of it", (attempts) => attempts.sent(), LOST, 4],
  [
    "it was lost once, refused once and lost again",
    (attempts) => {
      attempts.sent();
      attempts.sent();
      attempts.refused();
      attempts.sent();
    },
    LOST,
    8,
  ],
  [
    "it was lost once, and answered then",
    (attempts) => {
      attempts.sent();
      attempts.sent();
    },
    { ...ANSWER, usage: { inputTokens: 10, outputTokens: 5 } },
    19,
  ],
  [
    "the answer was no good, but counted",
    (attempts) => {
      attempts.sent();
      attempts.counted({ inputTokens: 10, outputTokens: 5 });
    },
    LOST,
    15,
  ],
];

const PROMPT = "0123456789abcdef";
const price = { known: true, cost: ({ inputTokens, outputTokens }: Generation["usage"]) => inputTokens + outputTokens };

describe("what is booked where", () => {
  for (const [name, tell, outcome, tokens] of CASES) {
    test(name, async () => {
      const { call, charged } = await open({ provider: telling(tell, outcome), price });
      const ended = (result: Promise<unknown>) => result.then(() => {}).catch(() => {});
      await ended(call("complete", { prompt: PROMPT }));
      await ended(call("embed", { texts: [PROMPT] }));
      expect(charged.filter((count) => count > 0)).toEqual(tokens === 0 ? [] : [tokens, tokens]);
    });

    test(`${name}: a stream`, async () => {
      const { call, method, charged } = await open({ provider: telling(tell, outcome), price });
      const handle = await call("stream", { prompt: PROMPT });
      await method("result", handle).catch(() => {});
      await method("close", handle);
      expect(charged.filter((count) => count > 0)).toEqual(tokens === 0 ? [] : [tokens]);
    });
  }

  test("a stream that nobody read costs nothing", async () => {
    const { call, method, charged } = await open({ provider: telling((attempts) => attempts.sent(), LOST) });
    await method("close", await call("stream", { prompt: PROMPT }));
    expect(charged).toEqual([0]);
  });

  test("a call that is cancelled is booked at once, not when its provider gives up", async () => {
    const stop = new AbortController();
    const asked = Promise.withResolvers<void>();
    const generate: Provider["generate"] = ({ attempts }) => {
      attempts?.sent();
      asked.resolve();
      return new Promise(() => {});
    };
    const { call, charged } = await open({ provider: { generate } });
    void call("complete", { prompt: PROMPT }, stop.signal);
    await asked.promise;
    stop.abort(new SpellError("call.cancelled", "Enough"));
    expect(charged).toEqual([4]);
  });
});
