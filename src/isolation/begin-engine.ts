import type { ReactorFactory } from "../contract/engine.ts";
import { SpellError } from "../contract/errors.ts";
import { ENGINES } from "../engines/index.ts";
import { readAsset } from "./read-asset.ts";

/**
 * Begins to load an engine, before the rest of a spell's process: another thread compiles its WASM meanwhile. Rejects
 * with `engine.unknown`.
 */
export function beginEngine(engineId: string): Promise<ReactorFactory> {
  const engine = ENGINES.find(({ id }) => id === engineId);
  const factory =
    engine?.load(readAsset) ?? Promise.reject(new SpellError("engine.unknown", `There is no engine "${engineId}"`));
  // Nobody may be waiting yet when it fails.
  factory.catch(() => {});
  return factory;
}
