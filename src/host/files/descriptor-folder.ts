import { constants, readlinkSync, type Stats } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import type { Entry, Folder } from "./folder.ts";

/** Linux's flag for a descriptor that only stands for a place: nothing is opened, so no device or pipe notices. */
const O_PATH = 0x200000;
const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

const DESCRIPTORS = "/proc/self/fd";

/** Opens a folder by its real path, on Linux. */
export async function openDescriptorFolder(path: string): Promise<Folder> {
  return toFolder(await open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW));
}

/** A folder by its descriptor: `/proc/self/fd/N/name` is to the kernel what `openat(N, name)` is. */
function toFolder(handle: FileHandle): Folder {
  const self = `${DESCRIPTORS}/${handle.fd}`;
  const at = (name?: string) => (name === undefined ? self : `${self}/${name}`);
  return {
    at,
    real: () => realPathOf(handle),
    folder: async (name) => toFolder(await open(at(name), O_PATH | O_DIRECTORY | O_NOFOLLOW)),
    async entry(name) {
      const entry = await open(at(name), O_PATH | O_NOFOLLOW);
      try {
        return toEntry(entry, await entry.stat());
      } catch (error) {
        await entry.close();
        throw error;
      }
    },
    close: () => handle.close(),
  };
}

function toEntry(handle: FileHandle, stats: Stats): Entry {
  const at = `${DESCRIPTORS}/${handle.fd}`;
  return {
    ...describe(stats),
    at,
    real: () => realPathOf(handle),
    open: (flags) => open(at, flags | O_NONBLOCK),
    close: () => handle.close(),
  };
}

/** What the two kinds of folders say of an entry. */
export function describe(stats: Stats): Omit<Entry, "at" | "real" | "open" | "close"> {
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "folder" : stats.isSymbolicLink() ? "link" : "other";
  const { size, mtimeMs, mode, nlink } = stats;
  return { kind, size, modified: mtimeMs, mode, links: nlink };
}

/** The kernel knows the path of what is open; asking waits for no disk. A removed one ends in ` (deleted)`. */
function realPathOf(handle: FileHandle): Promise<string> {
  return Promise.resolve(readlinkSync(`${DESCRIPTORS}/${handle.fd}`));
}
