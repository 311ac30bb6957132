import type { Clock, Effects, Models } from "../../contract/effects.ts";
import { SpellError } from "../../contract/errors.ts";
import type { Value } from "../../contract/value.ts";
import { systemClock } from "../../host/index.ts";
import { ModelCatalogue } from "../models.ts";

/** Long enough for any reply of a script that is meant to be slow, in ms. */
const PATIENCE = 120_000;

/** Every model is the mock: no provider is ever asked, whatever the script names. Throws `provider.script`. */
export async function openCaseModels(script: Value | undefined): Promise<Models> {
  const models = new ModelCatalogue({
    environment: () => undefined,
    model: "mock",
    mockScript: script,
    timeouts: { firstByte: PATIENCE, chunk: PATIENCE },
    maxRetries: 0,
    fetch: Object.assign(() => Promise.reject(new SpellError("provider.network", "A case asks no provider")), {
      preconnect: () => {},
    }),
    portAnswers: () => Promise.resolve(false),
    onMock: () => {},
  });
  await models.prepare();
  models.resolve("mock");
  return {
    resolve: (name) => {
      if (name === undefined || name === "mock" || name.startsWith("mock/")) return models.resolve(name);
      return { ...models.resolve("mock"), name: fullName(models, name) };
    },
    providers: () => models.providers(),
    list: (provider, signal) => models.list(provider === undefined ? undefined : "mock", signal),
    countTokens: (text, model) => models.countTokens(text, model),
  };
}

/** `anthropic` → `anthropic/claude-…`. A provider without a key is one all the same; throws `provider.unknown`. */
function fullName(models: ModelCatalogue, name: string): string {
  try {
    return models.resolve(name).name;
  } catch (error) {
    if (!(error instanceof SpellError) || error.code !== "provider.key") throw error;
    const provider = models.providers().find(({ id }) => id === name);
    return provider === undefined ? name : `${name}/${provider.defaultModel}`;
  }
}

/** A clock that stands still but for what the script sleeps: two runs see the same times. */
export function caseClock(time: number): Clock {
  let now = time;
  return {
    now: () => now,
    async sleep(milliseconds, signal) {
      const end = now + milliseconds;
      await systemClock.sleep(milliseconds, signal);
      now = Math.max(now, end);
    },
  };
}

/** Standard input that is a text. */
export function caseInput(text: string, maxBytes: number): Pick<Effects, "readInput" | "readLine"> {
  let left = Buffer.from(text);
  const check = () => {
    if (Buffer.byteLength(text) <= maxBytes) return;
    throw new SpellError("limit.input", `Standard input is larger than limits.input = ${maxBytes} bytes`, {
      details: { limit: "input", value: maxBytes },
    });
  };
  const take = (count: number) => {
    const taken = left.subarray(0, count);
    left = left.subarray(count);
    return taken;
  };
  return {
    readInput: () =>
      Promise.try(() => {
        check();
        return Uint8Array.from(take(left.length));
      }),
    readLine: (_prompt, signal) =>
      Promise.try(() => {
        check();
        signal.throwIfAborted();
        if (left.length === 0) return null;
        const end = left.indexOf(10);
        const line = take(end < 0 ? left.length : end + 1).toString();
        return line.replace(/\r?\n$/, "");
      }),
  };
}
