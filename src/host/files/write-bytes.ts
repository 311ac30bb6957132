import { constants } from "node:fs";
import { chmod, link, open, rename, unlink } from "node:fs/promises";
import type { Entry, Folder, OpenFile } from "./folder.ts";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_APPEND } = constants;

/** Where and what is written. */
export interface NewFile {
  readonly folder: Folder;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether to wait for the disk. */
  readonly sync: boolean;
  /** The rights of the file that it replaces. */
  readonly mode?: number | undefined;
  /** Fails with EEXIST where there is something of that name. */
  readonly mustBeNew: boolean;
  /** Asked again before it gets its name: whether the folder is still where it was, and the call still wanted. */
  readonly check: () => Promise<void>;
}

/** Writes under another name in the same folder, then gives the file its name in one step. */
export async function writeWhole({ folder, name, bytes, sync, mode, mustBeNew, check }: NewFile): Promise<void> {
  const temporary = folder.at(`.${crypto.randomUUID()}.tmp`);
  const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
  try {
    try {
      await writeAll(file, bytes);
      if (sync) await file.datasync();
    } finally {
      await file.close();
    }
    // Rights, but not those to run as somebody else.
    if (mode !== undefined) await chmod(temporary, mode & 0o777);
    await check();
    if (mustBeNew) await link(temporary, folder.at(name));
    else await rename(temporary, folder.at(name));
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  if (mustBeNew) await unlink(temporary);
}

/** Writes at the end of a file that is there. */
export async function appendTo(entry: Entry, bytes: Uint8Array, sync: boolean): Promise<void> {
  const file = await entry.open(O_WRONLY | O_APPEND);
  try {
    await writeAll(file, bytes);
    if (sync) await file.datasync();
  } finally {
    await file.close();
  }
}

async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written);
    written += bytesWritten;
  }
}
