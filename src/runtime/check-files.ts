import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { SpellError, toFailure, type Failure } from "../contract/errors.ts";
import { readText } from "../host/index.ts";
import type { Project } from "../profile/index.ts";
import { withBareEffects } from "./bare-effects.ts";
import { checkSpell, type Checked, type CheckOptions } from "./check-spell.ts";
import { requireProvider } from "./models.ts";
import { ownFolders } from "./own-folders.ts";
import { prepareGrants } from "./prepare-grants.ts";
import { findProject, openProfile, projectFile, readProjectFile } from "./project.ts";

const MAX_FILE = 256 * 1024;
const PROJECT_FILE = "llmspell.yaml";

/** What `llmspell check` is asked. */
export interface CheckRequest extends Omit<CheckOptions, "project"> {
  /** Spells, profiles and llmspell.yaml files; without any, those of the project. */
  readonly references: readonly string[];
}

/** Checks everything that is named, or all of the project. Throws only where something is not there at all. */
export async function checkAll({ references, profile, engine, locked }: CheckRequest): Promise<Checked[]> {
  const { project, broken } = await openProject();
  const wanted = references.length > 0 ? references : await ownThings(project?.file ?? broken);
  const checked: Checked[] = [];
  // No run gets past it, whatever is run.
  if (broken !== undefined && !wanted.some((each) => resolve(each) === resolve(broken))) {
    checked.push(...(await checkProject(broken)));
  }
  for (const reference of wanted) {
    if (basename(reference) === PROJECT_FILE) checked.push(...(await checkProject(reference)));
    else if (/\.ya?ml$/.test(reference) && basename(reference) !== "spell.yaml")
      checked.push(await checkProfile(reference, project));
    else
      checked.push(
        ...(await checkReference(reference.replace(/[/\\]?spell\.yaml$/, "") || ".", {
          profile,
          engine,
          locked,
          project,
        })),
      );
  }
  return checked;
}

/** The project, or the file of one that is broken. */
async function openProject(): Promise<{ readonly project?: Project | undefined; readonly broken?: string }> {
  try {
    return { project: await findProject() };
  } catch (error) {
    const broken = projectFile();
    if (broken === undefined) throw error;
    return { broken };
  }
}

async function ownThings(file: string | undefined): Promise<string[]> {
  const folders = (await ownFolders()).map((name) => join("spells", name));
  const files = file === undefined ? [] : [file];
  if (files.length + folders.length > 0) return [...files, ...folders];
  const fix = "Name a spell, a profile's file or an llmspell.yaml";
  throw new SpellError("usage", "There is nothing to check here: no llmspell.yaml and no folder spells", { fix });
}

/** A spell whose manifest is wrong is a finding; one that is not there is a wrong command line. */
async function checkReference(reference: string, options: CheckOptions): Promise<Checked[]> {
  try {
    return await checkSpell(reference, options);
  } catch (error) {
    if (error instanceof SpellError && NOT_THERE.has(error.code)) throw error;
    return [await faulty("spell", reference, [toFailure(error)])];
  }
}

const NOT_THERE: ReadonlySet<string> = new Set([
  "spell.not-found",
  "spell.unknown-extension",
  "engine.unknown",
  "usage",
]);

async function checkProfile(path: string, project: Project | undefined): Promise<Checked> {
  requireFile(path);
  const reference = path.includes("/") ? path : `./${path}`;
  return faulty("profile", path, await problemsOf(() => openAndPrepare(reference, project)));
}

/** The file itself, and each profile in it. */
async function checkProject(path: string): Promise<Checked[]> {
  requireFile(path);
  let project: Project | undefined;
  const problems = await problemsOf(async () => (project = await readProjectFile(path)));
  for (const name of project?.profiles.keys() ?? []) {
    problems.push(...(await problemsOf(() => openAndPrepare(name, project))));
  }
  for (const { model, modelPosition } of project === undefined ? [] : [project, ...project.rules]) {
    if (model === undefined) continue;
    problems.push(...(await problemsOf(() => Promise.try(requireProvider, model, modelPosition))));
  }
  for (const rule of project?.rules ?? []) {
    const { profile } = rule;
    if (profile === undefined || project?.profiles.has(profile)) continue;
    const found = await problemsOf(() => openAndPrepare(profile, project));
    problems.push(...found.map((each) => (each.position === undefined ? { ...each, position: rule.position } : each)));
  }
  return [await faulty("project", path, problems)];
}

function requireFile(path: string): void {
  if (!existsSync(path)) throw new SpellError("profile.not-found", `There is no file "${path}"`);
}

/** A profile resolves, and what it grants is there. */
async function openAndPrepare(reference: string, project: Project | undefined): Promise<void> {
  const profile = await openProfile(reference, project);
  await withBareEffects((effects) => prepareGrants(profile, effects));
}

async function problemsOf(work: () => Promise<unknown>): Promise<Failure[]> {
  try {
    await work();
    return [];
  } catch (error) {
    return [toFailure(error)];
  }
}

/** Reads again the files that the problems are in, to show their lines. */
async function faulty(kind: Checked["kind"], path: string, problems: readonly Failure[]): Promise<Checked> {
  const sources = new Map<string, string>();
  for (const { position } of problems) {
    if (position === undefined || sources.has(position.file)) continue;
    const text = await readText(position.file, MAX_FILE).catch(() => undefined);
    if (text !== undefined) sources.set(position.file, text);
  }
  return { kind, path, problems, sources };
}
