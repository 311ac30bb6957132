import { mkdir, rename, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { SpellError } from "../../contract/errors.ts";
import type {
  ByteRange,
  FileAccess,
  FileEntry,
  FileInfo,
  GlobOptions,
  GrantedFiles,
  RootFault,
  WriteOptions,
} from "../../contract/files.ts";
import { badPath, cannot, fileError, systemCode, type Subject } from "./file-errors.ts";
import { isKernels } from "./file-systems.ts";
import { findFiles } from "./find-files.ts";
import type { Entry, Folder, OpenFolder } from "./folder.ts";
import { KeptFiles } from "./kept-files.ts";
import { listFolder } from "./list-folder.ts";
import { locate, requireWithin, type Place, type Refuse, type Wanted } from "./locate.ts";
import { checkPathText } from "./path-text.ts";
import { readBytes } from "./read-bytes.ts";
import { refuseAlways, refuseOutside } from "./refusals.ts";
import { removeTree } from "./remove-tree.ts";
import { isWithin, openRoots, type OpenedRoots, type Root } from "./roots.ts";
import { appendTo, writeWhole } from "./write-bytes.ts";

/** What {@link RootedFiles} stands on. */
export interface FileGround {
  readonly openFolder: OpenFolder;
  readonly currentFolder: string;
  /** Files that are never changed. */
  readonly keep: readonly string[];
  /** Makes the run's own folder, once. */
  readonly scratchFolder: () => string;
}

/** Folders that one makeFolder may make. */
const MAX_NEW_FOLDERS = 64;

/** The files under the roots of one access. */
export class RootedFiles implements GrantedFiles {
  readonly #refuse: Refuse;
  readonly #kept: KeptFiles;
  #opened: Promise<OpenedRoots> | undefined;
  #scratch: Promise<Root> | undefined;
  #written = 0;
  /** Calls that are under way. */
  #working = 0;
  #isClosed = false;

  constructor(
    private readonly access: FileAccess,
    private readonly ground: FileGround,
  ) {
    this.#refuse = refuseOutside(access, ground.currentFolder);
    this.#kept = new KeptFiles(ground.keep, ground.currentFolder);
  }

  async faults(): Promise<readonly RootFault[]> {
    return (await this.#open()).faults;
  }

  read(path: string, range: ByteRange, signal: AbortSignal): Promise<Uint8Array> {
    const { maxFileBytes } = this.access;
    const wanted: Wanted = { verb: "read", path, kinds: ["read"], followLast: true };
    return this.#at(wanted, signal, (place) =>
      this.#withEntry(place, wanted, async (entry) => {
        if (entry.kind === "folder") throw new SpellError("files.kind", cannot(wanted, "it is a folder"));
        const { offset = 0, length } = range;
        const expected = Math.min(length ?? Number.POSITIVE_INFINITY, Math.max(0, entry.size - offset));
        if (expected > maxFileBytes) throw this.#tooLarge(wanted);
        const bytes = await readBytes(entry, range, maxFileBytes, signal);
        if (bytes.length > maxFileBytes) throw this.#tooLarge(wanted);
        return bytes;
      }),
    );
  }

  write(path: string, bytes: Uint8Array, options: WriteOptions, signal: AbortSignal): Promise<void> {
    const { mode, makeFolders } = options;
    const verb = mode === "append" ? "append to" : "write";
    const wanted: Wanted = { verb, path, kinds: ["write"], followLast: true, makeFolders };
    if (bytes.length > this.access.maxFileBytes) return Promise.reject(this.#tooLarge(wanted));
    return this.#at(wanted, signal, async (place) => {
      const name = requireName(place, wanted);
      await this.#kept.check(place.path, wanted);
      const old = await this.#oldEntry(place, wanted);
      try {
        this.#count(wanted, bytes.length);
        if (old !== undefined && mode === "append") return await this.#append(old, wanted, bytes, options);
        const check = async () => {
          signal.throwIfAborted();
          await requireWithin(place.folder, place.root, wanted, this.#refuse);
        };
        await writeWhole({
          ...{ folder: place.folder, name, bytes, check, mode: old?.mode },
          mustBeNew: mode === "create" || (mode === "append" && old === undefined),
          sync: options.sync ?? false,
        });
      } finally {
        await old?.close();
      }
    });
  }

  list(path: string, signal: AbortSignal): Promise<readonly FileEntry[]> {
    const wanted: Wanted = { verb: "list", path, kinds: ["read"], followLast: true };
    return this.#inFolder(wanted, signal, (folder) => listFolder(folder, wanted, this.access.maxFiles));
  }

  async stat(path: string, signal: AbortSignal): Promise<FileInfo | undefined> {
    const wanted: Wanted = { verb: "look at", path, kinds: ["read", "write"], followLast: true };
    try {
      return await this.#at(wanted, signal, async (place) => {
        if (place.name === undefined) return { kind: "folder", size: 0, modified: await modifiedOf(place.folder) };
        return this.#withEntry(place, wanted, ({ kind, size, modified }) =>
          Promise.resolve(kind === "file" ? { kind, size, modified } : { kind: "folder" as const, size: 0, modified }),
        );
      });
    } catch (error) {
      const cause = error instanceof SpellError ? systemCode(error.cause) : undefined;
      if (cause === "ENOENT" || cause === "ENOTDIR") return undefined;
      throw error;
    }
  }

  remove(path: string, recursive: boolean, signal: AbortSignal): Promise<void> {
    const wanted: Wanted = { verb: "remove", path, kinds: ["write"], followLast: false };
    return this.#at(wanted, signal, async (place) => {
      const name = await this.#ownName(place, wanted);
      const { maxFiles } = this.access;
      signal.throwIfAborted();
      await removeTree(place.folder, name, { recursive, maxFiles, signal, subject: wanted });
    });
  }

  move(from: string, to: string, replace: boolean, signal: AbortSignal): Promise<void> {
    const source: Wanted = { verb: "move", path: from, kinds: ["write"], followLast: false };
    const target: Wanted = { verb: "write", path: to, kinds: ["write"], followLast: false };
    return this.#at(source, signal, (place) =>
      this.#at(target, signal, async (goal) => {
        const [name, newName] = [await this.#ownName(place, source), await this.#ownName(goal, target)];
        await this.#checkMove(place, goal, source);
        const entry = await goal.folder.entry(newName).catch(nothingThere);
        await entry?.close();
        if (entry !== undefined && !replace) throw new SpellError("files.exists", cannot(target, "it exists already"));
        signal.throwIfAborted();
        await rename(place.folder.at(name), goal.folder.at(newName)).catch((error: unknown) => {
          throw fileError(error, source);
        });
      }),
    );
  }

  async glob(pattern: string, options: GlobOptions, signal: AbortSignal): Promise<readonly string[]> {
    const subject: Subject = { verb: "search", path: pattern };
    checkPathText(subject);
    const inFolder = <T>(path: string, work: (folder: Folder) => Promise<T>) => {
      const wanted: Wanted = { verb: "search", path, kinds: ["read"], followLast: true };
      return this.#inFolder(wanted, signal, work);
    };
    return findFiles(pattern, { ...options, subject, signal, maxFiles: this.access.maxFiles }, inFolder);
  }

  makeFolder(path: string, signal: AbortSignal): Promise<void> {
    const wanted: Wanted = { verb: "make", path, kinds: ["write"], followLast: true, makeFolders: true };
    if (path.split(/[\\/]/).length > MAX_NEW_FOLDERS) {
      return Promise.reject(badPath(wanted, `at most ${MAX_NEW_FOLDERS} folders in one path`));
    }
    return this.#at(wanted, signal, async (place) => {
      if (place.name === undefined) return;
      try {
        await mkdir(place.folder.at(place.name));
      } catch (error) {
        if (systemCode(error) !== "EEXIST") throw error;
        await this.#withEntry(place, wanted, ({ kind }) => {
          if (kind !== "folder") throw error;
          return Promise.resolve();
        });
      }
    });
  }

  async scratch(): Promise<string> {
    if (!this.access.scratch) {
      throw new SpellError("grant.rule", "The profile grants no scratch folder", {
        fix: "Under bridges: in the profile: files: { scratch: true }",
        details: { bridge: "files" },
      });
    }
    this.#scratch ??= this.#openScratch();
    return (await this.#scratch).real;
  }

  /** Ends what is open, when nobody works with it any more: a descriptor's number is soon another's. */
  close(): void {
    this.#isClosed = true;
    if (this.#working === 0) this.#closeRoots();
  }

  #closeRoots(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    void opened?.then(({ roots }) => Promise.all(roots.map(({ folder }) => folder.close()))).catch(() => {});
  }

  #open(): Promise<OpenedRoots> {
    if (this.#isClosed) throw new SpellError("call.cancelled", "The run has ended");
    return (this.#opened ??= openRoots(this.access, this.ground.openFolder, this.ground.currentFolder));
  }

  async #openScratch(): Promise<Root> {
    const { roots } = await this.#open();
    const real = this.ground.scratchFolder();
    const kinds = new Set(["read", "write"] as const);
    const root: Root = { kinds, written: real, real, folder: await this.ground.openFolder(real) };
    roots.push(root);
    return root;
  }

  /** Does something at a place and closes it; the system's errors become ours. */
  async #at<T>(wanted: Wanted, signal: AbortSignal, work: (place: Place) => Promise<T>): Promise<T> {
    this.#working++;
    try {
      checkPathText(wanted);
      const { roots } = await this.#open();
      signal.throwIfAborted();
      const place = await locate(resolve(this.ground.currentFolder, wanted.path), wanted, roots, this.#refuse);
      try {
        const isInRoot = place.folder === place.root.folder;
        if (!isInRoot && (await isKernels(place.folder.at()))) throw refuseAlways(wanted, "it belongs to the kernel");
        return await work(place);
      } finally {
        await place.close();
      }
    } catch (error) {
      throw fileError(error, wanted);
    } finally {
      this.#working--;
      if (this.#isClosed && this.#working === 0) this.#closeRoots();
    }
  }

  async #inFolder<T>(wanted: Wanted, signal: AbortSignal, work: (folder: Folder) => Promise<T>): Promise<T> {
    return this.#at(wanted, signal, async (place) => {
      if (place.name === undefined) return work(place.folder);
      const folder = await place.folder.folder(place.name);
      try {
        await requireWithin(folder, place.root, wanted, this.#refuse);
        if (await isKernels(folder.at())) throw refuseAlways(wanted, "it belongs to the kernel");
        return await work(folder);
      } finally {
        await folder.close();
      }
    });
  }

  /** Holds an entry, having made sure of what and where it is. */
  async #withEntry<T>(place: Place, wanted: Wanted, work: (entry: Entry) => Promise<T>): Promise<T> {
    if (place.name === undefined) throw new SpellError("files.kind", cannot(wanted, "it is a folder"));
    const entry = await place.folder.entry(place.name);
    try {
      await this.#checkEntry(entry, place, wanted);
      return await work(entry);
    } finally {
      await entry.close();
    }
  }

  async #checkEntry(entry: Entry, place: Place, wanted: Wanted): Promise<void> {
    if (entry.kind === "link") throw new SpellError("files.failed", cannot(wanted, "it changed meanwhile"));
    if (entry.kind === "other") throw refuseAlways(wanted, "it is a device, pipe or socket");
    await requireWithin(entry, place.root, wanted, this.#refuse);
    if (await isKernels(entry.at)) throw refuseAlways(wanted, "it belongs to the kernel");
  }

  /** The file that would be replaced; undefined where there is none. The caller closes it. */
  async #oldEntry(place: Place, wanted: Wanted): Promise<Entry | undefined> {
    const entry = await place.folder.entry(requireName(place, wanted)).catch(nothingThere);
    if (entry === undefined) return undefined;
    try {
      await this.#checkEntry(entry, place, wanted);
      if (entry.kind === "folder") throw new SpellError("files.kind", cannot(wanted, "it is a folder"));
      return entry;
    } catch (error) {
      await entry.close();
      throw error;
    }
  }

  async #append(old: Entry, wanted: Wanted, bytes: Uint8Array, { sync = false }: WriteOptions): Promise<void> {
    if (old.links > 1) throw refuseAlways(wanted, "it has other names (hard links), which may be outside of the roots");
    if (old.size + bytes.length > this.access.maxFileBytes) throw this.#tooLarge(wanted);
    await appendTo(old, bytes, sync);
  }

  /** The name of what may be removed or moved: no root, and nothing that a root is in. */
  async #ownName(place: Place, wanted: Wanted): Promise<string> {
    const { roots } = await this.#open();
    const isRoot = roots.some(({ real, written }) => isWithin(real, place.path) || isWithin(written, place.path));
    if (isRoot) throw refuseAlways(wanted, "it is, or holds, a granted root");
    await this.#kept.check(place.path, wanted);
    return requireName(place, wanted);
  }

  /** What may be written but not read would else be moved to where it may be read. */
  async #checkMove(place: Place, goal: Place, wanted: Wanted): Promise<void> {
    const { roots } = await this.#open();
    const isReadable = ({ path }: Place) => roots.some(({ kinds, real }) => kinds.has("read") && isWithin(path, real));
    if (isReadable(goal) && !isReadable(place)) {
      throw this.#refuse(
        { ...wanted, kinds: ["read"] },
        place.path,
        "it may not be read, but could be where it would go",
      );
    }
  }

  #count(subject: Subject, bytes: number): void {
    const { maxWrittenBytes } = this.access;
    this.#written += bytes;
    if (this.#written <= maxWrittenBytes) return;
    const message = cannot(subject, `the run would write more than maxWrittenBytes = ${maxWrittenBytes}`);
    throw new SpellError("limit.file-writes", message, {
      details: { limit: "maxWrittenBytes", value: maxWrittenBytes },
    });
  }

  #tooLarge(subject: Subject): SpellError {
    const { maxFileBytes } = this.access;
    const message = cannot(subject, `it is over maxFileBytes = ${maxFileBytes}`);
    return new SpellError("limit.file-size", message, { details: { limit: "maxFileBytes", value: maxFileBytes } });
  }
}

function requireName(place: Place, wanted: Wanted): string {
  if (place.name === undefined) throw new SpellError("files.kind", cannot(wanted, "it is a folder"));
  return place.name;
}

async function modifiedOf(folder: Folder): Promise<number> {
  return (await stat(folder.at())).mtimeMs;
}

function nothingThere(error: unknown): undefined {
  if (systemCode(error) !== "ENOENT") throw error;
}
