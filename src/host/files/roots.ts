import { realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve, sep } from "node:path";
import type { FileAccess, RootFault } from "../../contract/files.ts";
import { systemCode } from "./file-errors.ts";
import { isKernels } from "./file-systems.ts";
import type { Folder, OpenFolder } from "./folder.ts";

/** A granted folder, opened when the run began: whatever its name means later, this is what was granted. */
export interface Root {
  readonly kinds: ReadonlySet<"read" | "write">;
  /** Absolute, as the profile writes it. */
  readonly written: string;
  readonly real: string;
  readonly folder: Folder;
}

/** The roots of an access that can be used, and what is wrong with the others. */
export interface OpenedRoots {
  readonly roots: Root[];
  readonly faults: readonly RootFault[];
}

/** Opens each root once. */
export async function openRoots(
  access: FileAccess,
  openFolder: OpenFolder,
  currentFolder: string,
): Promise<OpenedRoots> {
  const roots: Root[] = [];
  const faults: RootFault[] = [];
  for (const list of ["read", "write"] as const) {
    for (const [index, path] of access[list].entries()) {
      const opened = await openRoot(list, absolutePath(path, currentFolder), openFolder);
      if (typeof opened === "string") faults.push({ list, index, reason: opened });
      else roots.push(opened);
    }
  }
  return { roots, faults };
}

/** `~` is the person's own folder; all else begins in the current one. */
export function absolutePath(path: string, currentFolder: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : resolve(currentFolder, path);
}

async function openRoot(list: "read" | "write", written: string, openFolder: OpenFolder): Promise<Root | string> {
  try {
    const real = await realpath(written);
    if (!(await stat(real)).isDirectory()) return "is no folder";
    if (await isKernels(real)) return "belongs to the kernel";
    return { kinds: new Set([list]), written, real, folder: await openFolder(real) };
  } catch (error) {
    return REASONS[systemCode(error) ?? ""] ?? `cannot be used (${systemCode(error) ?? String(error)})`;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "is no folder",
  EACCES: "cannot be opened: the system does not permit it",
};

/** Whether a path is `folder` or below it: `/tmp-evil` is not below `/tmp`. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The names that lead from `folder` to a path within it. */
export function namesBelow(path: string, folder: string): string[] {
  return path
    .slice(folder.length)
    .split(sep)
    .filter((name) => name !== "");
}
