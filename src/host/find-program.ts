import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { FoundProgram } from "../contract/programs.ts";

/** Where programs are looked for, whatever the person's own PATH says: a project cannot put its `git` in front. */
export const PROGRAM_FOLDERS: readonly string[] =
  process.platform === "win32"
    ? windowsFolders()
    : ["/usr/local/bin", "/opt/homebrew/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];

/** PATH for the programs themselves. */
export const PROGRAM_PATH = PROGRAM_FOLDERS.join(delimiter);

function windowsFolders(): readonly string[] {
  const system = process.env["SystemRoot"] ?? String.raw`C:\Windows`;
  const programs = process.env["ProgramFiles"] ?? String.raw`C:\Program Files`;
  return [join(system, "System32"), system, join(programs, "Git", "cmd")];
}

/** A program by its name or path; undefined where there is no file that can be run. */
export async function findProgram(name: string): Promise<FoundProgram | undefined> {
  if (name === "" || name.includes("\0")) return undefined;
  const isPath = /[/\\]/.test(name);
  const own = name.startsWith("~/") ? join(homedir(), name.slice(2)) : resolve(name);
  const candidates = isPath ? [own] : PROGRAM_FOLDERS.map((folder) => join(folder, name));
  for (const path of candidates.flatMap(withEndings)) {
    const file = await runnable(path);
    if (file !== undefined) return { name, path, file };
  }
  return undefined;
}

/** A batch file would be read by a shell, and its arguments with it: only real programs. */
function withEndings(path: string): readonly string[] {
  if (process.platform !== "win32") return [path];
  return /\.(?:exe|com)$/i.test(path) ? [path] : [`${path}.exe`, `${path}.com`];
}

async function runnable(path: string): Promise<string | undefined> {
  try {
    const file = await realpath(path);
    if (!(await stat(file)).isFile()) return undefined;
    await access(file, constants.X_OK);
    return file;
  } catch {
    return undefined;
  }
}
