import type { Value } from "../../../src/contract/value.ts";
import { mock } from "../../../src/providers/mock/mock.ts";
import { runProviderTest, type Situation } from "./run-provider-test.ts";

const SCRIPTS: Readonly<Record<Exclude<Situation, "rate-limit-once" | "model">, Value>> = {
  text: [{ match: "", text: "A wren." }],
  thinking: [{ match: "", text: "A wren.", thinking: "hm" }],
  tool: [{ match: "", tool: { name: "add", arguments: { a: 1, b: 2 } } }],
  authentication: [{ match: "", fault: "authentication" }],
  "rate-limit": [{ match: "", fault: "rate-limit", retryAfter: "7s" }],
  server: [{ match: "", fault: "server" }],
  request: [{ match: "", fault: "request" }],
  silent: [{ match: "", fault: "stall" }],
  stall: [{ match: "", text: "A wren", fault: "stall" }],
  disconnect: [{ match: "", text: "A wren", fault: "disconnect" }],
};

runProviderTest({
  name: mock.id,
  key: "no key",
  async open(situation, overrides) {
    const make = await mock.load();
    const model = situation === "model" ? "nothing" : mock.defaultModel;
    const provider = make({
      key: undefined,
      baseUrl: undefined,
      fetch,
      timeouts: { firstByte: 20_000, chunk: 20_000 },
      maxRetries: 0,
      ...(situation in SCRIPTS && { script: SCRIPTS[situation as keyof typeof SCRIPTS] }),
      ...overrides,
    });
    return { provider, model, close: async () => {} };
  },
  skip: [
    {
      reason: "the mock does not retry, so that a script's faults reach the spell",
      tests: ["tries again when asked to slow down"],
    },
  ],
});
