import { mkdir, readlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SpellError } from "../../contract/errors.ts";
import { cannot, systemCode, type Subject } from "./file-errors.ts";
import type { Entry, Folder } from "./folder.ts";
import { isWithin, namesBelow, type Root } from "./roots.ts";

/** A place under a root: an entry of an opened folder, or (without a name) the root itself. The caller closes it. */
export interface Place {
  readonly root: Root;
  readonly folder: Folder;
  readonly name: string | undefined;
  /** Links resolved but for the last name. */
  readonly path: string;
  close(): Promise<void>;
}

/** What a place is wanted for. */
export interface Wanted extends Subject {
  /** Roots of any of these kinds will do. */
  readonly kinds: readonly ("read" | "write")[];
  /** Whether a link at the end stands for what it leads to. */
  readonly followLast: boolean;
  /** Whether folders that are missing on the way are made. */
  readonly makeFolders?: boolean | undefined;
}

/** Refuses what is outside; knows what would grant it. */
export type Refuse = (wanted: Wanted, path: string, reason: string) => SpellError;

/** As Linux has it. */
const MAX_LINKS = 40;

/**
 * Goes from a root to a path, name by name, each opened in the folder before and none through a link: a link is
 * read and its target looked for under the roots from the start. So nothing outside is ever touched, and nobody can
 * swap a folder for a link in between.
 */
export async function locate(absolute: string, wanted: Wanted, roots: readonly Root[], refuse: Refuse): Promise<Place> {
  let path = absolute;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const root = rootOf(path, wanted, roots);
    const reason = links === 0 ? "outside the granted roots" : "it leads outside the granted roots";
    if (root === undefined) throw refuse(wanted, path, reason);
    const found = await descend(root, path, wanted, refuse);
    if (typeof found !== "string") return found;
    path = found;
  }
  throw new SpellError("files.failed", cannot(wanted, "too many links"));
}

/** Of several roots around a path the innermost. */
function rootOf(path: string, { kinds }: Wanted, roots: readonly Root[]): Root | undefined {
  let best: Root | undefined;
  for (const root of roots) {
    if (!kinds.some((kind) => root.kinds.has(kind))) continue;
    if (baseOf(path, root) === undefined) continue;
    if (best === undefined || root.real.length > best.real.length) best = root;
  }
  return best;
}

function baseOf(path: string, { real, written }: Root): string | undefined {
  return [real, written].find((base) => isWithin(path, base));
}

/** The place, or the path that a link on the way leads to. */
async function descend(root: Root, path: string, wanted: Wanted, refuse: Refuse): Promise<Place | string> {
  const names = namesBelow(path, baseOf(path, root) ?? root.real);
  const last = names.pop();
  let folder = root.folder;
  let real = root.real;
  const close = async () => {
    if (folder !== root.folder) await folder.close();
  };
  try {
    for (const [index, name] of names.entries()) {
      const next = await step(folder, name, wanted, () => requireWithin(folder, root, wanted, refuse));
      if (typeof next === "string") {
        await close();
        return join(resolve(real, next), ...names.slice(index + 1), last ?? "");
      }
      await close();
      folder = next;
      real = join(real, name);
    }
    const target = last !== undefined && wanted.followLast ? await linkTarget(folder, last) : undefined;
    if (target !== undefined) {
      await close();
      return resolve(real, target);
    }
    await requireWithin(folder, root, wanted, refuse);
    return { root, folder, name: last, path: last === undefined ? real : join(real, last), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Goes into a folder; answers the target instead where the name is a link. */
async function step(
  folder: Folder,
  name: string,
  wanted: Wanted,
  check: () => Promise<void>,
): Promise<Folder | string> {
  try {
    return await folder.folder(name);
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" && wanted.makeFolders) {
      await check();
      return makeIn(folder, name);
    }
    if (code !== "ENOTDIR" && code !== "ELOOP") throw error;
    const target = await linkTarget(folder, name);
    if (target === undefined) throw error;
    return target;
  }
}

/** Makes a folder, where nobody else just did. */
export async function makeIn(folder: Folder, name: string): Promise<Folder> {
  await mkdir(folder.at(name)).catch((error: unknown) => {
    if (systemCode(error) !== "EEXIST") throw error;
  });
  return folder.folder(name);
}

/** What a link says; undefined for what is no link, or is not there. */
async function linkTarget(folder: Folder, name: string): Promise<string | undefined> {
  try {
    return await readlink(folder.at(name));
  } catch (error) {
    if (["EINVAL", "ENOENT", "UNKNOWN"].includes(systemCode(error) ?? "")) return undefined;
    throw error;
  }
}

/** The last word: where what is open really is. */
export async function requireWithin(
  opened: Pick<Folder | Entry, "real">,
  root: Root,
  wanted: Wanted,
  refuse: Refuse,
): Promise<void> {
  const real = await opened.real();
  if (!isWithin(real, root.real)) throw refuse(wanted, real, "outside the granted roots");
}
