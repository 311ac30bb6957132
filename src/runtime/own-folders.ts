import { statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The folders of ./spells by name, in order; links to folders are such. */
export async function ownFolders(): Promise<string[]> {
  const names = await readdir("spells").catch(() => []);
  return names.filter((name) => isFolder(join("spells", name))).sort();
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
