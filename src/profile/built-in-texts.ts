import development from "./built-in/development.yaml" with { type: "text" };
import full from "./built-in/full.yaml" with { type: "text" };
import minimal from "./built-in/minimal.yaml" with { type: "text" };
import production from "./built-in/production.yaml" with { type: "text" };
import sandbox from "./built-in/sandbox.yaml" with { type: "text" };
import standard from "./built-in/standard.yaml" with { type: "text" };
import type { YamlSource } from "./yaml-tree.ts";

/** The profiles inside of the binary as YAML, least rights first. */
const TEXTS: Readonly<Record<string, string>> = { minimal, sandbox, standard, production, development, full };

/** The profile of a run for which nothing chooses another. */
export const DEFAULT_PROFILE = "standard";

/** The names of the built-in profiles, least rights first. */
export const BUILT_IN_PROFILES: readonly string[] = Object.keys(TEXTS);

/** A built-in profile's text; origins name it `built in NAME`. */
export function builtInProfile(name: string): YamlSource | undefined {
  const text = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
  return text === undefined ? undefined : { file: `built in ${name}`, text };
}
