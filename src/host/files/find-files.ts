import { SpellError } from "../../contract/errors.ts";
import type { GlobOptions } from "../../contract/files.ts";
import { systemCode, type Subject } from "./file-errors.ts";
import { isKernels } from "./file-systems.ts";
import type { Folder } from "./folder.ts";
import { advance, parseGlob, START, type GlobPattern, type GlobState } from "./glob.ts";
import { listFolder, tooMany } from "./list-folder.ts";

/** How files are looked for. */
export interface FindOptions extends GlobOptions {
  readonly subject: Subject;
  readonly maxFiles: number;
  readonly signal: AbortSignal;
}

/** What a search may go through for each file that it may find. */
const VISITS = 100;

/** The paths that a pattern matches, as it writes them. Only folders that can hold a match are looked into. */
export async function findFiles(
  pattern: string,
  options: FindOptions,
  inFolder: <T>(path: string, work: (folder: Folder) => Promise<T>) => Promise<T>,
): Promise<readonly string[]> {
  const found = new Set<string>();
  const search = { options, found, visits: 0 };
  for (const each of parseGlob(pattern.replace(/^(?:\.\/+)+/, ""), options.hidden ?? false)) {
    const { base } = each;
    const prefix = base === "" || base.endsWith("/") ? base : `${base}/`;
    try {
      await inFolder(base === "" ? "." : base, (folder) => visit(folder, prefix, { each, state: START }, search));
    } catch (error) {
      // Nothing matches below what is not there.
      if (!(error instanceof SpellError) || !NOT_THERE.has(systemCode(error.cause) ?? "")) throw error;
    }
  }
  return [...found].sort();
}

const NOT_THERE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

interface Search {
  readonly options: FindOptions;
  readonly found: Set<string>;
  visits: number;
}

interface Progress {
  readonly each: GlobPattern;
  readonly state: GlobState;
}

async function visit(folder: Folder, prefix: string, { each, state }: Progress, search: Search): Promise<void> {
  const { options, found } = search;
  const { maxFiles, subject, signal, hidden = false, folders = false } = options;
  const most = maxFiles * VISITS;
  for (const { name, kind } of await listFolder(folder, subject, most)) {
    signal.throwIfAborted();
    if (++search.visits > most) throw tooMany(subject, maxFiles);
    const { matches, inside } = advance(each.parts, state, name, hidden);
    if (matches && kind === (folders ? "folder" : "file")) {
      found.add(prefix + name);
      if (found.size > maxFiles) throw tooMany(subject, maxFiles);
    }
    if (kind !== "folder" || inside.size === 0) continue;
    const child = await enter(folder, name);
    if (child === undefined) continue;
    try {
      await visit(child, `${prefix}${name}/`, { each, state: inside }, search);
    } finally {
      await child.close();
    }
  }
}

/** A folder below; undefined where it may not be looked into, is gone, or is the kernel's. */
async function enter(folder: Folder, name: string): Promise<Folder | undefined> {
  try {
    const child = await folder.folder(name);
    if (!(await isKernels(child.at()))) return child;
    await child.close();
    return undefined;
  } catch (error) {
    if (!CANNOT_ENTER.has(systemCode(error) ?? "")) throw error;
    return undefined;
  }
}

const CANNOT_ENTER: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EACCES", "EPERM"]);
