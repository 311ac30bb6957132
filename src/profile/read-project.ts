import { SpellError, type SourcePosition } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import { shape, record, v } from "../contract/schema.ts";
import { BUILT_IN_PROFILES, DEFAULT_PROFILE } from "./built-in-texts.ts";
import { besideFile, cleanPath, isPath } from "./file-path.ts";
import { matchesGlob } from "./glob.ts";
import type { InlineProfiles } from "./load-chain.ts";
import { readYaml } from "./read-yaml.ts";
import type { YamlMap, YamlSource } from "./yaml-tree.ts";

/** A checked llmspell.yaml. */
export interface Project extends InlineProfiles {
  /** The model for spells that do not name one. */
  readonly model?: string;
  readonly modelPosition?: SourcePosition;
  /** In the order of the file: the first that matches wins. */
  readonly rules: readonly SpellRule[];
}

/** One rule under `spells:`. */
export interface SpellRule {
  readonly pattern: string;
  /** A name, or a path as seen from where the project file's own path is seen. */
  readonly profile?: string;
  readonly model?: string;
  readonly modelPosition?: SourcePosition;
  readonly position: SourcePosition;
}

/** What a project chooses for a spell. */
export interface ProjectChoice {
  /** For {@link resolveProfile}. */
  readonly profile: string;
  readonly model?: string;
  /** Where the model is written. */
  readonly modelPosition?: SourcePosition;
  /** Where the rule is that chose; absent where none matches. */
  readonly position?: SourcePosition;
}

/** The schema of llmspell.yaml; what the profiles in it hold is checked when they are resolved. */
export function projectSchema() {
  const text = v.optional(v.pipe(v.string(), v.minLength(1)));
  const name = v.pipe(
    v.string(),
    v.regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "a profile's name must be letters, digits, _ and -, with a letter in front"),
  );
  return shape({
    model: text,
    profiles: v.optional(record(record(v.unknown()), name)),
    spells: v.optional(record(shape({ profile: text, model: text }))),
  });
}

/** Reads an llmspell.yaml. Throws `profile.invalid` with the place of the first fault. */
export async function readProject(source: YamlSource): Promise<Project> {
  const { value, tree, positionOf } = await readYaml(source, projectSchema());
  const profiles = inlineProfiles(tree);
  const rules: SpellRule[] = [];
  for (const [pattern, { key, value: rule }] of mapAt(tree, "spells")?.entries ?? []) {
    const { profile, model } = value.spells?.[pattern] ?? {};
    if (rule.kind === "map" && rule.entries.size === 0) {
      const fix = "Write { profile: NAME }";
      throw new SpellError("profile.invalid", `The rule "${pattern}" under spells chooses nothing`, {
        position: key,
        fix,
      });
    }
    const chosen = profile === undefined ? {} : { profile: checkReference(profile, profiles, source.file, key) };
    const modelPosition = positionOf(["spells", pattern, "model"]);
    rules.push({ pattern, position: key, ...chosen, ...(model === undefined ? {} : { model, modelPosition }) });
  }
  const { model } = value;
  const chosen = model === undefined ? {} : { model, modelPosition: positionOf(["model"]) };
  return { file: source.file, profiles, rules, ...chosen };
}

function inlineProfiles(tree: YamlMap): Map<string, YamlMap> {
  const profiles = new Map<string, YamlMap>();
  for (const [name, { key, value }] of mapAt(tree, "profiles")?.entries ?? []) {
    if (BUILT_IN_PROFILES.includes(name)) {
      const fix = `Call it "my-${name}" and write "extends: ${name}" in it`;
      throw new SpellError("profile.invalid", `The profile "${name}" is built in`, { position: key, fix });
    }
    if (value.kind === "map") profiles.set(name, { ...value, position: key });
  }
  return profiles;
}

function checkReference(
  profile: string,
  profiles: ReadonlyMap<string, YamlMap>,
  file: string,
  position: SourcePosition,
): string {
  if (isPath(profile)) return besideFile(file, profile);
  const known = [...profiles.keys(), ...BUILT_IN_PROFILES];
  if (known.includes(profile)) return profile;
  const near = nearest(profile, known);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  throw new SpellError("profile.invalid", `Unknown profile "${profile}"${hint}`, {
    position,
    fix: `The profiles are ${known.join(", ")}; a file is named by its path, such as ./${profile}.yaml`,
  });
}

function mapAt(tree: YamlMap, name: string): YamlMap | undefined {
  const value = tree.entries.get(name)?.value;
  return value?.kind === "map" ? value : undefined;
}

/** A spell as rules see it. */
export interface SpellNames {
  readonly name: string;
  /** Its main file or folder, relative to the project's folder. */
  readonly path?: string;
}

/** The first rule that matches the spell's name or path decides; else the default profile and the project's model. */
export function chooseProfile(project: Project | undefined, spell: SpellNames): ProjectChoice {
  const names = namesOf(spell);
  const rule = project?.rules.find(({ pattern }) => names.some((name) => matchesGlob(cleanPattern(pattern), name)));
  const { model, modelPosition } = rule?.model === undefined ? (project ?? {}) : rule;
  return {
    profile: rule?.profile ?? DEFAULT_PROFILE,
    ...(model === undefined ? {} : { model }),
    ...(modelPosition === undefined ? {} : { modelPosition }),
    ...(rule === undefined ? {} : { position: rule.position }),
  };
}

/** Every way to name a spell: its name, its path, that without the ending, its folder, and these below `spells/`. */
function namesOf({ name, path }: SpellNames): readonly string[] {
  if (path === undefined) return [name];
  const file = cleanPath(path);
  const paths = [file, file.replace(/\.[^./]+$/, ""), file.replace(/\/main\.[^./]+$/, "")];
  return [...new Set([name, ...paths, ...paths.map((each) => each.replace(/^spells\//, ""))])];
}

function cleanPattern(pattern: string): string {
  return pattern.replace(/^(\.\/)+/, "");
}
