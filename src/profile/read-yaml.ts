import type { ErrorCode } from "../contract/error-codes.ts";
import type { SourcePosition } from "../contract/errors.ts";
import type { Parsed, Schema } from "../contract/schema.ts";
import { checkTree, type CheckOptions } from "./check-tree.ts";
import { positionAt, type YamlPath } from "./yaml-path.ts";
import type { YamlMap, YamlSource } from "./yaml-tree.ts";

/** A checked document. */
export interface CheckedYaml<T> {
  readonly value: T;
  readonly tree: YamlMap;
  /** Where the value at a path is written; where it is not, the place of what is around it. */
  positionOf(path: YamlPath): SourcePosition;
}

/**
 * Reads any YAML file of ours: one document, a map, without YAML's clever parts, checked by `schema`. Throws a
 * SpellError with `options.code` that has the position of the first fault and the nearest right key.
 */
export async function readYaml<S extends Schema>(
  source: YamlSource,
  schema: S,
  options: CheckOptions | ErrorCode = "profile.invalid",
): Promise<CheckedYaml<Parsed<S>>> {
  const settings = typeof options === "string" ? { code: options } : options;
  const tree = await parseYaml(source, settings.code);
  const value = checkTree(tree, schema, settings);
  return { value, tree, positionOf: (path) => positionAt(tree, path) };
}

/** The text as a tree. The parser is loaded when first needed: a run under a built-in profile may do without. */
export async function parseYaml(source: YamlSource, code: ErrorCode): Promise<YamlMap> {
  const { parseYamlTree } = await import("./tree-reader.ts");
  return parseYamlTree(source, code);
}
