import { SpellError, type SourcePosition } from "../contract/errors.ts";
import { isValueMap } from "../contract/value.ts";
import type { YamlEntry, YamlMap, YamlNode } from "./yaml-tree.ts";

/** The key that stands for every bridge that this llmspell has. */
export const EVERY_BRIDGE = "*";

/**
 * Writes out the short forms under `bridges:` of one document, before it is merged: `true` is `{}`, `false` is
 * `null`, and `"*"` is all of every bridge (`everything`, by name) that the document does not name itself (so that
 * a later `http: null` still takes it away).
 */
export function expandBridges(document: YamlMap, everything: Readonly<Record<string, object>>): YamlMap {
  const bridges = document.entries.get("bridges");
  if (bridges?.value.kind !== "map") return document;
  const entries = new Map<string, YamlEntry>();
  const all = bridges.value.entries.get(EVERY_BRIDGE);
  if (all !== undefined) {
    checkEvery(all);
    for (const [name, grant] of Object.entries(everything)) {
      entries.set(name, { key: all.key, value: toNode(grant, all.key) });
    }
  }
  for (const [name, { key, value }] of bridges.value.entries) {
    if (name !== EVERY_BRIDGE) entries.set(name, { key, value: expandSwitch(value) });
  }
  const value: YamlMap = { ...bridges.value, entries };
  return { ...document, entries: new Map([...document.entries, ["bridges", { key: bridges.key, value }]]) };
}

function checkEvery({ key, value }: YamlEntry): void {
  const grant = expandSwitch(value);
  if (grant.kind === "map" && grant.entries.size === 0) return;
  const message = `bridges."${EVERY_BRIDGE}" must be {}: it grants every bridge and has no options of its own`;
  throw new SpellError("profile.invalid", message, {
    position: key,
    fix: "Write options under the bridge's own name, beside it",
  });
}

/** Plain data as if it were written where the star is. */
function toNode(value: unknown, position: SourcePosition): YamlNode {
  if (Array.isArray(value)) return { kind: "list", position, items: value.map((item) => toNode(item, position)) };
  if (isValueMap(value)) {
    const entries = Object.entries(value).map(([name, item]): [string, YamlEntry] => {
      return [name, { key: position, value: toNode(item, position) }];
    });
    return { kind: "map", position, entries: new Map(entries) };
  }
  return { kind: "scalar", position, value: value as string | number | boolean, source: String(value) };
}

function expandSwitch(node: YamlNode): YamlNode {
  if (node.kind !== "scalar") return node;
  if (node.value === true) return { kind: "map", position: node.position, entries: new Map() };
  return node.value === false ? { ...node, value: null } : node;
}
