import type { Bridge } from "../contract/bridge.ts";
import type { Engine } from "../contract/engine.ts";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import { once } from "../contract/schema.ts";
import * as bridgeList from "../bridges/index.ts";
import { ENGINES } from "../engines/index.ts";

export { ENGINES };

/** Every bridge of this binary, by name. */
export const BRIDGES: ReadonlyMap<string, Bridge> = new Map(
  Object.values(bridgeList).map((bridge): [string, Bridge] => [bridge.name, bridge]),
);

/** What profiles and manifests may name. The schemas are made when they are first asked for. */
export const CATALOGUE = {
  engines: ENGINES.map(({ id }) => id),
  get bridges() {
    return grants();
  },
  everything: Object.fromEntries([...BRIDGES].map(([name, { everything = {} }]) => [name, everything])),
};

const grants = once(() => Object.fromEntries([...BRIDGES].map(([name, { grant }]) => [name, grant()])));

/** The engine of that id, or `engine.unknown` with the nearest. */
export function engineOf(id: string): Engine {
  const found = ENGINES.find((engine) => engine.id === id);
  if (found !== undefined) return found;
  const hint = nearest(id, CATALOGUE.engines);
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  throw new SpellError("engine.unknown", `There is no engine "${id}"${advice}`, {
    fix: `The engines are ${CATALOGUE.engines.join(", ")}`,
  });
}

/** The bridge of that name, or `bridge.unknown` with the nearest. */
export function bridgeOf(name: string): Bridge {
  const found = BRIDGES.get(name);
  if (found !== undefined) return found;
  const hint = nearest(name, BRIDGES.keys());
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  throw new SpellError("bridge.unknown", `There is no bridge "${name}"${advice}`);
}

/** The engine that runs files of that ending by default, and whether types are stripped first. */
export function engineOfFile(path: string): { engine: Engine; types: boolean } | undefined {
  for (const engine of ENGINES) {
    for (const extension of engine.extensions) {
      if (path.endsWith(extension.ending)) return { engine, types: "types" in extension };
    }
  }
  return undefined;
}

/** Every ending that some engine runs. */
export function knownEndings(): string[] {
  return ENGINES.flatMap((engine) => engine.extensions.map(({ ending }) => ending));
}
