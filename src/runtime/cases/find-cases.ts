import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import { readText } from "../../host/index.ts";
import { readCase, type SpellCase } from "../../profile/index.ts";
import { CATALOGUE, engineOf, engineOfFile, knownEndings } from "../catalog.ts";
import { findSpell, type FoundSpell } from "../find-spell.ts";
import { ownFolders } from "../own-folders.ts";
import { spellVariants } from "../spell-variants.ts";
import { checkCallNames } from "./check-call-names.ts";
import { glanceAtRecording } from "./recording.ts";

/** A case and one main file that it is run with. */
export interface FoundCase {
  readonly spellCase: SpellCase;
  readonly variant: FoundSpell;
}

/** A spell and its cases. */
export interface SpellCases {
  readonly name: string;
  /** Its folder or file, as the person would write it. */
  readonly path: string;
  /** Where its cases are. */
  readonly folder: string;
  readonly cases: readonly FoundCase[];
}

/** What is looked for. */
export interface FindCasesOptions {
  /** Spells by name or path; none: those of ./spells and of the current folder. */
  readonly references: readonly string[];
  /** Only main files of this engine's language. */
  readonly engine: string | undefined;
}

const MAX_SOURCE = 64 * 1024 * 1024;
const MAX_CASE = 256 * 1024;

/**
 * The cases of spells, each for every main file that it is run with. Throws `case.invalid` for the first file that is
 * wrong, and `case.none` where a spell that was named has none.
 */
export async function findCases({ references, engine }: FindCasesOptions): Promise<SpellCases[]> {
  const wanted = references.length > 0 ? [...new Set(references)] : await ownSpells();
  const found = await Promise.all(wanted.map((reference) => findOfSpell(reference, engine)));
  for (const [index, { path, folder, cases }] of found.entries()) {
    if (references.length === 0 || cases.length > 0) continue;
    const missing =
      path === BUILT_IN
        ? `The spell "${wanted[index]}" is built in and has no cases here`
        : `There is no case in "${folder}"`;
    throw new SpellError("case.none", missing);
  }
  return found.filter(({ cases }) => cases.length > 0);
}

const BUILT_IN = "built in";

/** The spells of ./spells, that of the current folder, and its files that have a folder of cases. */
async function ownSpells(): Promise<string[]> {
  const list = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => []);
  const [spells, here, tests] = await Promise.all([ownFolders(), list("."), list("tests")]);
  const isSpell = here.some(
    ({ name }) => name === "spell.yaml" || knownEndings().some((ending) => name === `main${ending}`),
  );
  const folders = spells.map((name) => join("spells", name));
  const files = here.filter((entry) => {
    const isMain = !entry.isFile() || engineOfFile(entry.name) === undefined || entry.name.startsWith("main.");
    return !isMain && tests.some(({ name }) => name === stem(entry.name));
  });
  return [...(isSpell ? ["."] : []), ...files.map(({ name }) => `./${name}`).sort(), ...folders];
}

/** Where the cases of a spell are: `tests` in its folder; those of a file that is not its folder's main are one deeper. */
export function casesFolder(found: FoundSpell): string {
  const folder = join(dirname(found.path), "tests");
  return isMain(found) ? folder : join(folder, stem(found.main));
}

function isMain({ main, manifest }: FoundSpell): boolean {
  return main.startsWith("main.") || manifest.main === main;
}

function stem(file: string): string {
  return basename(file).replace(/\.[^.]+$/, "");
}

async function findOfSpell(reference: string, engine: string | undefined): Promise<SpellCases> {
  const found = await findSpell(reference, { maxBytes: MAX_SOURCE });
  const path = found.path === reference ? reference : dirname(found.path);
  if (found.path === BUILT_IN) return { name: found.name, path: BUILT_IN, folder: "", cases: [] };
  const name = found.path === join(reference, found.main) && found.name === "." ? basename(resolve(".")) : found.name;
  const folder = casesFolder(found);
  const variants = await spellVariants(found, reference);
  const cases: FoundCase[] = [];
  for (const file of await caseFiles(folder)) {
    const text = (await readText(file, MAX_CASE, "case.invalid")) ?? "";
    const spellCase = await readCase({ file, text }, CATALOGUE);
    checkCallNames(spellCase);
    const chosen = await chooseVariants(spellCase, variants, isMain(found) && found.path === reference);
    const language = engine === undefined ? undefined : engineOf(engine).language;
    const kept = chosen.filter((variant) => language === undefined || variant.engine.language === language);
    cases.push(...kept.map((variant) => ({ spellCase, variant })));
  }
  return { name, path, folder, cases };
}

/** The files of cases, in their order. Files below are for what cases name: scripts of the mock, profiles. */
export async function caseFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name));
  return files.map(({ name }) => join(folder, name)).sort();
}

/**
 * The main files that a case is run with: of its engine, else of its recording's, else all. `isOneOfSeveral`: the spell
 * was named by one of its main files, and cases for its other languages are left out.
 */
async function chooseVariants(
  spellCase: SpellCase,
  variants: readonly FoundSpell[],
  isOneOfSeveral: boolean,
): Promise<readonly FoundSpell[]> {
  const { recording, engine, file } = spellCase;
  const glance = recording === undefined ? undefined : await glanceAtRecording(join(dirname(file), recording));
  const id = engine ?? glance?.engine;
  if (id === undefined) return recording === undefined ? variants : variants.slice(0, 1);
  const wanted = engineOf(id);
  const able = variants.filter((variant) => variant.engine.language === wanted.language);
  if (able.length === 0 && isOneOfSeveral) return [];
  if (able.length === 0) {
    const ids = [...new Set(variants.map((variant) => variant.engine.id))];
    const near = nearest(id, ids);
    throw new SpellError(
      "case.invalid",
      `The case is for ${id}, and the spell has no main file in ${wanted.language}`,
      {
        position: spellCase.start,
        fix: `It has ${ids.join(", ")}${near === undefined ? "" : `; did you mean "${near}"?`}`,
      },
    );
  }
  const same = able.filter((variant) => glance !== undefined && variant.main === basename(glance.path));
  const kept = same.length > 0 ? same : recording === undefined ? able : able.slice(0, 1);
  return kept.map((variant) => ({ ...variant, engine: wanted }));
}
