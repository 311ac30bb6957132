import type { SourcePosition } from "../contract/errors.ts";
import type { Origin, Profile } from "../contract/profile.ts";
import { isValueMap } from "../contract/value.ts";
import type { YamlMap, YamlNode } from "./yaml-tree.ts";

/** The origin of what nobody wrote. */
export const DEFAULT_ORIGIN: Origin = { file: "default", line: 0 };

/**
 * Where each value of a profile was written, by dotted path: maps and lists as well as what is in them. A value
 * that no document holds is a default.
 */
export function collectOrigins(profile: Omit<Profile, "origins">, tree: YamlMap): Record<string, Origin> {
  const origins: Record<string, Origin> = Object.create(null);
  const { name: _, ...sections } = profile;
  for (const [key, value] of Object.entries(sections)) {
    const entry = tree.entries.get(key);
    const origin = entry === undefined ? DEFAULT_ORIGIN : at(entry.key);
    collect(value, key, entry?.value, origin, origins);
  }
  return origins;
}

function collect(
  value: unknown,
  path: string,
  node: YamlNode | undefined,
  origin: Origin,
  origins: Record<string, Origin>,
): void {
  origins[path] = origin;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const below = node?.kind === "list" ? node.items[index] : undefined;
      collect(item, `${path}.${index}`, below, below === undefined ? origin : at(below.position), origins);
    }
  } else if (isValueMap(value)) {
    for (const [key, item] of Object.entries(value)) {
      const entry = node?.kind === "map" ? node.entries.get(key) : undefined;
      collect(item, `${path}.${key}`, entry?.value, entry === undefined ? DEFAULT_ORIGIN : at(entry.key), origins);
    }
  }
}

function at({ file, line }: SourcePosition): Origin {
  return { file, line };
}
