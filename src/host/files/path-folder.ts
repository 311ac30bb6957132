import { constants, type Stats } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { describe } from "./descriptor-folder.ts";
import type { Entry, Folder } from "./folder.ts";

const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Opens a folder by its real path on systems that have no paths of descriptors. It is told by its place and number:
 * whoever moves it or puts another in its place meanwhile is noticed at the next look. What remains is the moment
 * between that look and the call itself.
 */
export async function openPathFolder(path: string): Promise<Folder> {
  const stats = await lstat(path);
  if (!stats.isDirectory()) throw Object.assign(new Error(`no folder: ${path}`), { code: "ENOTDIR" });
  return toFolder(path, stats);
}

function toFolder(path: string, stats: Stats): Folder {
  const at = (name?: string) => (name === undefined ? path : join(path, name));
  const real = async () => requireSame(path, stats);
  return {
    at,
    real,
    async folder(name) {
      const child = await openPathFolder(at(name));
      await real();
      return child;
    },
    async entry(name) {
      const found = await lstat(at(name));
      await real();
      return toEntry(at(name), found, real);
    },
    close: () => Promise.resolve(),
  };
}

function toEntry(path: string, stats: Stats, realFolder: () => Promise<string>): Entry {
  return {
    ...describe(stats),
    at: path,
    real: () => requireSame(path, stats),
    async open(flags) {
      const handle = await open(path, flags | O_NOFOLLOW | O_NONBLOCK);
      try {
        const opened = await handle.stat();
        if (!isSame(opened, stats) || !opened.isFile()) throw changed(path);
        await realFolder();
        await requireSame(path, stats);
        return handle;
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
}

/** The real path of `path`, which must still be what was looked at. */
async function requireSame(path: string, stats: Stats): Promise<string> {
  const real = stats.isSymbolicLink() ? path : await realpath(path);
  if (!isSame(await lstat(real), stats)) throw changed(path);
  return real;
}

function isSame(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

function changed(path: string): Error {
  return Object.assign(new Error(`changed meanwhile: ${path}`), { code: "EACCES" });
}
