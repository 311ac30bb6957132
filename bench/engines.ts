import { ENGINES } from "../src/runtime/index.ts";
import type { Engine } from "../src/contract/engine.ts";

/** A script in each language that is measured. */
export type Scripts = Readonly<Record<string, string>>;

/** The engines that a benchmark has a script for: all, or those of ENGINES=lua,javascript. */
export function enginesFor(scripts: Scripts): readonly Engine[] {
  const wanted = process.env["ENGINES"]?.split(",");
  return ENGINES.filter(({ id, language }) => language in scripts && (wanted?.includes(id) ?? true));
}

/** The script of an engine's language. */
export function scriptFor(engine: Engine, scripts: Scripts): string {
  return scripts[engine.language] ?? "";
}
