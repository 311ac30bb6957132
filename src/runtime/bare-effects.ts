import type { Effects } from "../contract/effects.ts";
import { makeEffects } from "./effects.ts";
import { openModels } from "./open-models.ts";

/** Does work with effects that have no input, log or model but the mock: for what only looks at spells and profiles. */
export async function withBareEffects<T>(work: (effects: Effects) => Promise<T>): Promise<T> {
  const none = { model: "mock", mockFile: undefined, environmentFile: undefined, onMock: () => {} };
  const { effects, close } = makeEffects({
    models: await openModels(none),
    maxInputBytes: 0,
    log: () => {},
    prompt: () => {},
  });
  try {
    return await work(effects);
  } finally {
    close();
  }
}
