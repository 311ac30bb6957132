import { SpellError } from "../contract/errors.ts";
import type { YamlEntry, YamlMap, YamlNode } from "./yaml-tree.ts";

/** The key that stands for every bridge that this llmspell has. */
export const EVERY_BRIDGE = "*";

/**
 * Writes out the short forms under `bridges:` of one document, before it is merged: `true` is `{}`, `false` is
 * `null`, and `"*"` is every bridge that the document does not name itself (so that a later `http: null` still
 * takes it away).
 */
export function expandBridges(document: YamlMap, known: readonly string[]): YamlMap {
  const bridges = document.entries.get("bridges");
  if (bridges?.value.kind !== "map") return document;
  const entries = new Map<string, YamlEntry>();
  const all = bridges.value.entries.get(EVERY_BRIDGE);
  if (all !== undefined) {
    const grant = checkEvery(all);
    for (const name of known) entries.set(name, { key: all.key, value: grant });
  }
  for (const [name, { key, value }] of bridges.value.entries) {
    if (name !== EVERY_BRIDGE) entries.set(name, { key, value: expandSwitch(value) });
  }
  const value: YamlMap = { ...bridges.value, entries };
  return { ...document, entries: new Map([...document.entries, ["bridges", { key: bridges.key, value }]]) };
}

function checkEvery({ key, value }: YamlEntry): YamlMap {
  const grant = expandSwitch(value);
  if (grant.kind === "map" && grant.entries.size === 0) return grant;
  const message = `bridges."${EVERY_BRIDGE}" must be {}: it grants every bridge and has no options of its own`;
  throw new SpellError("profile.invalid", message, {
    position: key,
    fix: "Write options under the bridge's own name, beside it",
  });
}

function expandSwitch(node: YamlNode): YamlNode {
  if (node.kind !== "scalar") return node;
  if (node.value === true) return { kind: "map", position: node.position, entries: new Map() };
  return node.value === false ? { ...node, value: null } : node;
}
