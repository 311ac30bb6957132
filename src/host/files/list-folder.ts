import { opendir } from "node:fs/promises";
import { SpellError } from "../../contract/errors.ts";
import type { FileEntry } from "../../contract/files.ts";
import { cannot, type Subject } from "./file-errors.ts";
import type { Folder } from "./folder.ts";

/** What is in a folder, in the order of the names' letters: the same on every file system. */
export async function listFolder(folder: Folder, subject: Subject, maxFiles: number): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for await (const entry of await opendir(folder.at())) {
    if (entries.length >= maxFiles) throw tooMany(subject, maxFiles);
    const kind = entry.isFile()
      ? "file"
      : entry.isDirectory()
        ? "folder"
        : entry.isSymbolicLink()
          ? "link"
          : await kindOf(folder, entry.name);
    entries.push({ name: entry.name, kind });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Some file systems do not say it in the list. */
async function kindOf(folder: Folder, name: string): Promise<FileEntry["kind"]> {
  const entry = await folder.entry(name).catch(() => undefined);
  await entry?.close();
  return entry?.kind ?? "other";
}

/** One call went through too much. */
export function tooMany(subject: Subject, maxFiles: number): SpellError {
  return new SpellError("limit.file-count", cannot(subject, `more than maxFiles = ${maxFiles} files and folders`), {
    details: { limit: "maxFiles", value: maxFiles },
  });
}
