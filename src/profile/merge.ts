import { SpellError } from "../contract/errors.ts";
import type { YamlEntry, YamlList, YamlMap, YamlNode } from "./yaml-tree.ts";

/** A key that adds to an inherited list: `models+` or, as one may also write before the colon, `models +`. */
const ADDING = /^(.*[^+\s])\s?\+$/s;

/** What each document says about itself and no other inherits. */
const OWN_KEYS = ["extends", "description"];

/**
 * The inherited profile with a document's values over it: maps are merged key by key, all else replaces, `null`
 * removes the key, and a list under `name+` is added to the inherited list `name`. Every node keeps its place.
 */
export function mergeProfiles(inherited: YamlMap | undefined, document: YamlMap): YamlMap {
  const entries = new Map(inherited?.entries);
  for (const key of OWN_KEYS) entries.delete(key);
  return mergeMaps(inherited && { ...inherited, entries }, document, "");
}

function mergeMaps(under: YamlMap | undefined, over: YamlMap, place: string): YamlMap {
  const entries = new Map(under?.entries);
  for (const [written, entry] of over.entries) {
    const name = addedName(written) ?? written;
    if (name !== written) {
      entries.set(name, { key: entry.key, value: addLists(entries.get(name), entry, { name, written, over, place }) });
      continue;
    }
    const { value, key } = entry;
    if (isNull(value)) {
      entries.delete(name);
    } else if (value.kind === "map") {
      const below = entries.get(name)?.value;
      const base = below?.kind === "map" ? below : undefined;
      entries.set(name, { key, value: mergeMaps(base, value, place === "" ? name : `${place}.${name}`) });
    } else {
      entries.set(name, entry);
    }
  }
  return { kind: "map", position: over.position, entries };
}

/** `models+` → `models`; undefined for a key without the plus. */
export function addedName(written: string): string | undefined {
  return ADDING.exec(written)?.[1];
}

interface Adding {
  readonly name: string;
  readonly written: string;
  readonly over: YamlMap;
  readonly place: string;
}

function addLists(
  inherited: YamlEntry | undefined,
  added: YamlEntry,
  { name, written, over, place }: Adding,
): YamlList {
  const where = place === "" ? "" : ` under ${place}`;
  if (added.value.kind !== "list") {
    const fix = `Write "${written}: [...]", or "${name}: …" for what is no list`;
    throw new SpellError("profile.invalid", `"${written}"${where} must be a list`, { position: added.key, fix });
  }
  if (over.entries.has(name)) {
    const message = `"${name}" and "${written}"${where} cannot both be written`;
    throw new SpellError("profile.invalid", message, {
      position: added.key,
      fix: `Keep "${name}" and put all into it`,
    });
  }
  if (inherited !== undefined && inherited.value.kind !== "list") {
    const message = `"${written}"${where} adds to "${name}", which is no list`;
    throw new SpellError("profile.invalid", message, { position: added.key });
  }
  const items: YamlNode[] = inherited === undefined ? [] : [...(inherited.value as YamlList).items];
  for (const item of added.value.items) {
    if (!items.some((other) => isSameScalar(other, item))) items.push(item);
  }
  return { kind: "list", position: added.value.position, items };
}

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

function isSameScalar(a: YamlNode, b: YamlNode): boolean {
  return a.kind === "scalar" && b.kind === "scalar" && a.value === b.value;
}
