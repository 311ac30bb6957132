import { statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { grantLine } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import { readText } from "../host/index.ts";
import { chooseProfile, readProject, resolveProfile, type Project, type ProjectChoice } from "../profile/index.ts";
import { builtInProfile } from "./built-in-profiles.ts";
import { BRIDGES, CATALOGUE } from "./catalog.ts";

/** Largest profile or project file, in bytes. */
const MAX_FILE = 256 * 1024;
const PROJECT_FILE = "llmspell.yaml";

const read = (path: string) => readText(path, MAX_FILE, "profile.invalid");

/** The project's llmspell.yaml: in the current folder or the nearest one above it. Shown relative to the current folder. */
export async function findProject(): Promise<Project | undefined> {
  const file = projectFile();
  return file === undefined ? undefined : readProjectFile(file);
}

/** An llmspell.yaml by its path. */
export async function readProjectFile(file: string): Promise<Project | undefined> {
  const text = await read(file);
  return text === undefined ? undefined : readProject({ file, text });
}

/** Where the project's llmspell.yaml is, whatever is in it. */
export function projectFile(): string | undefined {
  const here = currentFolder();
  if (here === undefined) return undefined;
  for (let folder = here; ; folder = dirname(folder)) {
    if (isThere(join(folder, PROJECT_FILE))) return relative(here, join(folder, PROJECT_FILE));
    if (folder === dirname(folder)) return undefined;
  }
}

/** Also where it may not be looked at: whoever reads it says so. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Undefined where somebody has taken it away. */
function currentFolder(): string | undefined {
  try {
    return resolve(".");
  } catch {
    return undefined;
  }
}

/** Which profile and model a spell runs with: as the person says, else the project's first matching rule, else `standard`. */
export function chooseFor(
  project: Project | undefined,
  name: string,
  path: string,
  wanted: string | undefined,
): ProjectChoice {
  const chosen = chooseProfile(project, path === "built in" ? { name } : { name, path: pathInProject(project, path) });
  return wanted === undefined ? chosen : { ...chosen, profile: wanted };
}

/** Rules speak of paths in the project's folder, wherever below it (or above) the person stands. */
function pathInProject(project: Project | undefined, path: string): string {
  return project === undefined ? path : relative(resolve(dirname(project.file)), resolve(path));
}

/** A profile by name or path, resolved. */
export async function openProfile(reference: string, project: Project | undefined): Promise<Profile> {
  return builtInProfile(reference) ?? resolveProfile(reference, { ...CATALOGUE, read, project });
}

/** What a manifest needs and the profile does not grant is named before the spell starts, with the lines that would grant it. */
export function requireNeeds(needs: readonly string[], profile: Profile): void {
  const missing = needs.filter((need) => !Object.hasOwn(profile.bridges, need));
  if (missing.length === 0) return;
  throw new SpellError(
    "grant.needs",
    `The spell needs ${missing.join(", ")}, which the profile "${profile.name}" does not grant`,
    {
      fix: `Add to the profile, under bridges: ${missing.map((need) => grantLine(BRIDGES.get(need) ?? { name: need })).join(", ")}`,
      details: { missing, profile: profile.name },
    },
  );
}

/** Whether the profile lets an engine run. */
export function requireEngine(engine: string, profile: Profile): void {
  if (profile.engines.includes(engine)) return;
  throw new SpellError("grant.engine", `The profile "${profile.name}" does not allow the engine ${engine}`, {
    fix: `Add it to the profile: engines: [${[...profile.engines, engine].join(", ")}]`,
    details: { engine, profile: profile.name },
  });
}
