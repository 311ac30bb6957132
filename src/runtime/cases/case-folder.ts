import { cp, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Profile } from "../../contract/profile.ts";
import { SpellError } from "../../contract/errors.ts";
import { readText } from "../../host/index.ts";
import { chooseProfile, readProject, resolveProfile, type Project } from "../../profile/index.ts";
import { builtInProfile } from "../built-in-profiles.ts";
import { BRIDGES, CATALOGUE } from "../catalog.ts";
import type { FoundSpell } from "../find-spell.ts";

/** Largest profile or project file, in bytes. */
const MAX_FILE = 256 * 1024;
/** What is never a part of a spell. */
const LEFT_OUT: ReadonlySet<string> = new Set([".git", "node_modules"]);

/** The spell's folder and the scratch folder that stands for it while a case runs. */
export class CaseFolder {
  readonly #original: string;
  readonly #scratch: string;
  readonly #isFolder: boolean;

  constructor(found: FoundSpell, scratch: string) {
    this.#original = resolve(dirname(found.path));
    this.#scratch = scratch;
    // A file on its own has no folder: what lies beside it is not its.
    this.#isFolder = found.main.startsWith("main.") || found.manifest.main !== undefined;
  }

  /** The profile of the run. A file in the spell's folder is read as if it lay in the copy: so are its relative paths. */
  async openProfile(found: FoundSpell, wanted: string | undefined): Promise<{ profile: Profile; project?: Project }> {
    const project = await this.#findProject();
    const path = relative(dirname(this.#outside(project?.file ?? ".")), resolve(found.path));
    const reference = wanted ?? chooseProfile(project, { name: found.name, path }).profile;
    const builtIn = builtInProfile(reference);
    const place = /[/\\]|\.ya?ml$/.test(reference) ? this.#inside(resolve(this.#outside(reference))) : reference;
    const read = (file: string) => readText(this.#outside(file), MAX_FILE, "profile.invalid");
    const profile = builtIn ?? (await resolveProfile(place, { ...CATALOGUE, read, project }));
    return project === undefined ? { profile } : { profile, project };
  }

  /** Copies the spell's folder where the run may reach files or programs at all. */
  async fill(profile: Profile): Promise<void> {
    const reaches = Object.keys(profile.bridges).some((name) => BRIDGES.get(name)?.capability === "outside");
    if (!this.#isFolder || !reaches) return;
    await cp(this.#original, this.#scratch, {
      recursive: true,
      filter: async (source) => {
        if (LEFT_OUT.has(basename(source))) return false;
        const info = await stat(source).catch(() => undefined);
        return info?.isFile() === true || info?.isDirectory() === true;
      },
    }).catch((error: unknown) => {
      throw new SpellError("spell.unreadable", `The folder "${this.#original}" cannot be copied for the case`, {
        cause: error,
      });
    });
  }

  async #findProject(): Promise<Project | undefined> {
    for (let folder = resolve("."); ; folder = dirname(folder)) {
      const file = join(folder, "llmspell.yaml");
      const text = await readText(file, MAX_FILE, "profile.invalid");
      if (text !== undefined) return readProject({ file: this.#inside(file), text });
      if (folder === dirname(folder)) return undefined;
    }
  }

  /** Where a path of the person is while the case runs. */
  #inside(path: string): string {
    const below = relative(this.#original, path);
    const isBelow = this.#isFolder && below !== ".." && !below.startsWith(`..${sep}`);
    return isBelow ? join(this.#scratch, below) : path;
  }

  /** Where the person has it. */
  #outside(path: string): string {
    const below = relative(this.#scratch, resolve(path));
    return below === ".." || below.startsWith(`..${sep}`) ? path : join(this.#original, below);
  }
}
