import type { Bridge } from "../contract/bridge.ts";
import * as bridges from "../bridges/index.ts";
import { ENGINES } from "../engines/index.ts";
// Not by the folder's door: behind it are macros, and a macro cannot hold others.
import { BUILT_IN_PROFILES, builtInProfile } from "../profile/built-in-texts.ts";
import { loadProfileTree } from "../profile/load-chain.ts";
import { toProfile } from "../profile/to-profile.ts";
import { parseYamlTree } from "../profile/tree-reader.ts";

/** The built-in profiles, resolved while the binary is built, as JSON: a run under one of them reads no YAML and makes no schema of profiles. */
export async function resolveBuiltIns(): Promise<Record<string, string>> {
  const list: readonly Bridge[] = Object.values(bridges);
  const catalogue = {
    engines: ENGINES.map(({ id }) => id),
    bridges: Object.fromEntries(list.map(({ name, grant }) => [name, grant()])),
    everything: Object.fromEntries(list.map(({ name, everything = {} }) => [name, everything])),
  };
  const builtIn = (name: string) => {
    const source = builtInProfile(name);
    return source === undefined ? undefined : parseYamlTree(source, "internal");
  };
  const places = { builtIn, read: () => Promise.resolve(undefined), everything: catalogue.everything };
  const resolved: Record<string, string> = {};
  for (const name of BUILT_IN_PROFILES) {
    resolved[name] = JSON.stringify(toProfile(name, await loadProfileTree(name, places), catalogue));
  }
  return resolved;
}
