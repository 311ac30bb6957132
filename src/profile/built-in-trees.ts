import { BUILT_IN_PROFILES, builtInProfile } from "./built-in-texts.ts";
import { parseYamlTree } from "./tree-reader.ts";

/**
 * The built-in profiles' trees as JSON, maps as lists of entries. A macro: it runs when the program is bundled, so
 * that a run under a built-in profile neither loads nor runs the YAML parser.
 */
export function builtInTrees(): Record<string, string> {
  return Object.fromEntries(BUILT_IN_PROFILES.map((name) => [name, toJson(name)]));
}

function toJson(name: string): string {
  const source = builtInProfile(name) ?? { file: name, text: "" };
  return JSON.stringify(parseYamlTree(source, "internal"), (_key, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
}
