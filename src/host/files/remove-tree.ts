import { rmdir, unlink } from "node:fs/promises";
import { SpellError } from "../../contract/errors.ts";
import { cannot, type Subject } from "./file-errors.ts";
import type { Folder } from "./folder.ts";
import { listFolder, tooMany } from "./list-folder.ts";

/** How something is removed. */
export interface RemoveOptions {
  readonly recursive: boolean;
  readonly maxFiles: number;
  readonly signal: AbortSignal;
  readonly subject: Subject;
}

/** Removes an entry of a folder, links as links. A tree is counted first: none is removed in part for being too large. */
export async function removeTree(folder: Folder, name: string, options: RemoveOptions): Promise<void> {
  const { recursive, subject } = options;
  const entry = await folder.entry(name);
  await entry.close();
  if (entry.kind !== "folder") return unlink(folder.at(name));
  const inside = await folder.folder(name);
  try {
    const [first] = await listFolder(inside, subject, options.maxFiles);
    if (first !== undefined && !recursive) {
      const fix = "Give { recursive: true } to remove what is in it too";
      throw new SpellError("files.kind", cannot(subject, "the folder is not empty"), { fix });
    }
    await walk(inside, options, { left: options.maxFiles }, false);
    await walk(inside, options, { left: options.maxFiles }, true);
  } finally {
    await inside.close();
  }
  await rmdir(folder.at(name));
}

async function walk(folder: Folder, options: RemoveOptions, count: { left: number }, removes: boolean): Promise<void> {
  const { subject, signal, maxFiles } = options;
  for (const { name, kind } of await listFolder(folder, subject, maxFiles)) {
    signal.throwIfAborted();
    if (--count.left < 0) throw tooMany(subject, maxFiles);
    if (kind !== "folder") {
      if (removes) await unlink(folder.at(name));
      continue;
    }
    const child = await folder.folder(name);
    try {
      await walk(child, options, count, removes);
    } finally {
      await child.close();
    }
    if (removes) await rmdir(folder.at(name));
  }
}
