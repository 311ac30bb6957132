import { dirname, join, relative, resolve } from "node:path";
import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import { readText, writeWhole } from "../host/index.ts";
import { readApprovals, withApproval, type ApprovedPattern, type Project } from "../profile/index.ts";

/** Where `always` is kept: beside the project's llmspell.yaml, or in the current folder. */
export const APPROVALS_FILE = "llmspell.approvals.yaml";

/** Largest file of approvals, in bytes. */
const MAX_FILE = 256 * 1024;

/** What was approved beforehand, and where more is kept. */
export interface Approvals {
  readonly patterns: readonly ApprovedPattern[];
  /** Keeps a pattern for later runs; answers the file's name. */
  keep(pattern: string, comment: string): Promise<string>;
}

/** The project's approvals, with those of a file that the person named. */
export async function openApprovals(project: Project | undefined, named: string | undefined): Promise<Approvals> {
  const folder = project === undefined ? "." : dirname(project.file);
  const file = relative(resolve("."), resolve(join(folder, APPROVALS_FILE))) || APPROVALS_FILE;
  const own = await readText(file, MAX_FILE, "profile.invalid");
  const given = named === undefined ? [] : await readNamed(named);
  return {
    patterns: [...(own === undefined ? [] : await readApprovals({ file, text: own })), ...given],
    async keep(pattern, comment) {
      await writeWhole(file, withApproval(await readText(file, MAX_FILE, "profile.invalid"), pattern, comment));
      return file;
    },
  };
}

async function readNamed(file: string): Promise<readonly ApprovedPattern[]> {
  const text = await readText(file, MAX_FILE, "profile.invalid");
  if (text === undefined) throw new SpellError("usage", `There is no file "${file}" for --approvals`);
  return readApprovals({ file, text });
}

/** The profile with what was approved beforehand besides, each pattern with its place. */
export function withApprovals(profile: Profile, { patterns }: Approvals): Profile {
  const first = profile.approve.length;
  const origins = patterns.map(({ position: { file, line } }, index) => [`approve.${first + index}`, { file, line }]);
  return {
    ...profile,
    approve: [...profile.approve, ...patterns.map(({ text }) => text)],
    origins: { ...profile.origins, ...Object.fromEntries(origins) },
  };
}
