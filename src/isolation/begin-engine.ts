import type { Engine, ReactorFactory } from "../contract/engine.ts";
import { SpellError } from "../contract/errors.ts";
import { ENGINES } from "../engines/index.ts";
import { readAsset } from "./read-asset.ts";

/** An engine that has read all that it needs, and may still be compiling. */
export interface BegunEngine {
  readonly compiled: Promise<ReactorFactory>;
}

/**
 * Begins to load an engine, before the rest of a spell's process: another thread compiles its WASM meanwhile. Rejects
 * with `engine.unknown`.
 */
export function beginEngine(engineId: string): Promise<BegunEngine> {
  const engine = ENGINES.find(({ id }) => id === engineId);
  const begun = engine === undefined ? unknown(engineId) : (engine.read?.(readAsset) ?? whole(engine));
  // Nobody may be waiting yet when it fails.
  begun.catch(() => {});
  return begun;
}

async function whole(engine: Engine): Promise<BegunEngine> {
  return { compiled: Promise.resolve(await engine.load(readAsset)) };
}

function unknown(engineId: string): Promise<never> {
  return Promise.reject(new SpellError("engine.unknown", `There is no engine "${engineId}"`));
}
