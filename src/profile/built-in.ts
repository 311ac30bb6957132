import { builtInTrees } from "./built-in-trees.ts" with { type: "macro" };
import type { YamlEntry, YamlMap } from "./yaml-tree.ts";

const TREES: Readonly<Record<string, string>> = builtInTrees();

/** A built-in profile as the YAML reader saw it when the program was bundled. */
export function builtInTree(name: string): YamlMap | undefined {
  const json = Object.hasOwn(TREES, name) ? TREES[name] : undefined;
  return json === undefined ? undefined : (JSON.parse(json, revive) as YamlMap);
}

function revive(key: string, value: unknown): unknown {
  return key === "entries" ? new Map(value as [string, YamlEntry][]) : value;
}
