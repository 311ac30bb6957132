import type { SourcePosition } from "../contract/errors.ts";

/** A YAML text and the name that errors give it. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
}

/** A map, its keys in the order of the text. */
export interface YamlMap {
  readonly kind: "map";
  readonly position: SourcePosition;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

/** A key's place and its value. */
export interface YamlEntry {
  readonly key: SourcePosition;
  readonly value: YamlNode;
}

/** A list. */
export interface YamlList {
  readonly kind: "list";
  readonly position: SourcePosition;
  readonly items: readonly YamlNode[];
}

/** Everything else; `source` is its text, empty where nothing is written. Integers over 2^53 are a `bigint`. */
export interface YamlScalar {
  readonly kind: "scalar";
  readonly position: SourcePosition;
  readonly value: string | number | bigint | boolean | null;
  readonly source: string;
}

/** YAML as data with positions: no aliases, anchors, tags, merge keys or repeated keys are left in it. */
export type YamlNode = YamlMap | YamlList | YamlScalar;
