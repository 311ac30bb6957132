import type { Engine } from "../contract/engine.ts";
import { toFailure, type Failure } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import type { Value, ValueMap } from "../contract/value.ts";
import { ProcessPool } from "../isolation/index.ts";
import { castSpell } from "./cast-spell.ts";
import { makeEffects } from "./effects.ts";
import { inlineSpell, loadSpell } from "./find-spell.ts";
import { openModels } from "./open-models.ts";
import { selfCommand } from "./self-command.ts";

/** A spell of our own, for trying things out. */
export interface TextOptions {
  readonly source: string;
  readonly engine: Engine;
  readonly profile: Profile;
  readonly parameters?: ValueMap;
  /** Starts something else than a spell's process of this program. */
  readonly command?: readonly string[];
}

/** Casts a text against the mock model, without network, files and secrets. Never rejects. */
export async function castText(
  options: TextOptions,
): Promise<{ readonly failure?: Failure | undefined; readonly result: Value }> {
  const { source, engine, profile, parameters = {}, command = selfCommand() } = options;
  const pool = new ProcessPool(command, 0);
  const models = await openModels({ model: "mock", mockFile: undefined, environmentFile: undefined, onMock: () => {} });
  const { effects, close } = makeEffects({ models, maxInputBytes: 0, log: () => {}, prompt: () => {} });
  try {
    const spell = await loadSpell(inlineSpell(source, engine.id, "trial"), profile.limits.source);
    const { signal } = new AbortController();
    return await castSpell({ spell, profile, effects, pool, signal, parameters, onOutput: () => {} });
  } catch (error) {
    return { failure: toFailure(error), result: null };
  } finally {
    close();
    pool.close();
  }
}
