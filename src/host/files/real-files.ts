import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileAccess, Files } from "../../contract/files.ts";
import { openDescriptorFolder } from "./descriptor-folder.ts";
import type { OpenFolder } from "./folder.ts";
import { RootedFiles } from "./rooted-files.ts";
import { openPathFolder } from "./path-folder.ts";

/** Settings of {@link openFiles}. */
export interface FilesOptions {
  /** Where relative paths begin; the current folder unless told. */
  readonly folder?: string;
  /** Files that are never changed: those that say what spells may do. */
  readonly keep?: readonly string[];
  /** For tests: by paths, as on systems that have no paths of descriptors. */
  readonly byPath?: boolean;
}

/** The files of this machine for one run. `close` ends what is open and takes the run's own folder away. */
export function openFiles(options: FilesOptions = {}): { readonly files: Files; readonly close: () => void } {
  const hasDescriptors = process.platform === "linux" && existsSync("/proc/self/fd") && options.byPath !== true;
  const openFolder: OpenFolder = hasDescriptors ? openDescriptorFolder : openPathFolder;
  const opened = new Map<FileAccess, RootedFiles>();
  let scratch: string | undefined;
  const scratchFolder = () => (scratch ??= realpathSync(mkdtempSync(join(tmpdir(), "llmspell-"))));
  const files: Files = {
    under(access) {
      const known = opened.get(access);
      if (known !== undefined) return known;
      const rooted = new RootedFiles(access, {
        openFolder,
        scratchFolder,
        currentFolder: options.folder ?? process.cwd(),
        keep: options.keep ?? [],
      });
      opened.set(access, rooted);
      return rooted;
    },
  };
  const close = () => {
    for (const rooted of opened.values()) rooted.close();
    opened.clear();
    if (scratch !== undefined) removeFolder(scratch);
    scratch = undefined;
  };
  return { files, close };
}

/** A call that is still under way may write while it is removed; what cannot be removed is the system's to clear. */
function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // It is in the folder for temporary files.
  }
}
