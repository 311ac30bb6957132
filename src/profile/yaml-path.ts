import type { SourcePosition } from "../contract/errors.ts";
import { placeName } from "../contract/wire.ts";
import type { YamlMap, YamlNode } from "./yaml-tree.ts";

/** Steps from the top of a document to a value: keys, and positions in lists. */
export type YamlPath = readonly (string | number)[];

/** Where the value at `path` is written: its own place, or with `key` that of its key; else of what is around it. */
export function positionAt(tree: YamlMap, path: YamlPath, want: "key" | "value" = "value"): SourcePosition {
  let node: YamlNode = tree;
  let position = tree.position;
  for (const step of path) {
    if (node.kind === "scalar") break;
    if (node.kind === "list") {
      const item: YamlNode | undefined = node.items[Number(step)];
      if (item === undefined) break;
      [node, position] = [item, item.position];
      continue;
    }
    const entry = node.entries.get(String(step));
    if (entry === undefined) break;
    node = entry.value;
    position = want === "key" || node.kind !== "scalar" ? entry.key : node.position;
  }
  return position;
}

/** The value at `path`, if it is written. */
export function nodeAt(tree: YamlNode, path: YamlPath): YamlNode | undefined {
  let node: YamlNode | undefined = tree;
  for (const step of path) {
    if (node === undefined || node.kind === "scalar") return undefined;
    node = node.kind === "list" ? node.items[Number(step)] : node.entries.get(String(step))?.value;
  }
  return node;
}

/** The tree as plain values; maps have no prototype. */
export function toPlain(node: YamlNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toPlain);
  const map: Record<string, unknown> = Object.create(null);
  for (const [name, { value }] of node.entries) map[name] = toPlain(value);
  return map;
}

/** `["bridges", "llm", "models", 0]` → `bridges.llm.models[0]`. */
export function pathText(path: YamlPath): string {
  return placeName(path);
}
