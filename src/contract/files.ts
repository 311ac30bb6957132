/** Which files a run may touch. Relative paths begin in the current folder. */
export interface FileAccess {
  /** Folders whose contents may be read, listed and searched. */
  readonly read: readonly string[];
  /** Folders in which files may be written, moved and removed. That alone lets nobody read them. */
  readonly write: readonly string[];
  /** Whether the run has a folder of its own, readable and writable, that is gone when it ends. */
  readonly scratch: boolean;
  /** Most bytes of one read, and of one file that is written. */
  readonly maxFileBytes: number;
  /** Most bytes that the run writes in all. */
  readonly maxWrittenBytes: number;
  /** Most files and folders that one call lists, finds or removes. */
  readonly maxFiles: number;
}

/** A file or folder. */
export interface FileInfo {
  readonly kind: "file" | "folder";
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** When its contents changed last, in milliseconds since the epoch. */
  readonly modified: number;
}

/** One entry of a folder. Links are named, not followed; `other` is a device, pipe or socket. */
export interface FileEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/** Why a root of an access cannot be used. */
export interface RootFault {
  readonly list: "read" | "write";
  readonly index: number;
  /** Completes `"./notes" …`, such as `does not exist`. */
  readonly reason: string;
}

/** How a file is written. */
export interface WriteOptions {
  /** What to do with a file that is there: put the new one in its place, refuse, or write at its end. */
  readonly mode: "replace" | "create" | "append";
  /** Whether folders on the way are made. */
  readonly makeFolders?: boolean | undefined;
  /** Whether to wait until the contents are on the disk. */
  readonly sync?: boolean | undefined;
}

/** Part of a file: `length` bytes from `offset`; to its end where no length is given. */
export interface ByteRange {
  readonly offset?: number | undefined;
  readonly length?: number | undefined;
}

/** What {@link GrantedFiles.glob} looks for. */
export interface GlobOptions {
  /** Also names with a dot in front. */
  readonly hidden?: boolean | undefined;
  /** Folders instead of files. */
  readonly folders?: boolean | undefined;
}

/**
 * Files under the roots of one grant. What may be touched is decided on what was opened, never on a path's text.
 * Every function rejects with `grant.rule` for what is outside, `files.…` for what is not as it should be, and
 * `limit.file-…` for what is too much.
 */
export interface GrantedFiles {
  /** The roots that cannot be used. */
  faults(): Promise<readonly RootFault[]>;
  read(path: string, range: ByteRange, signal: AbortSignal): Promise<Uint8Array>;
  /** A file that is replaced is replaced at once: nobody sees half of it. */
  write(path: string, bytes: Uint8Array, options: WriteOptions, signal: AbortSignal): Promise<void>;
  /** In the order of the names. */
  list(path: string, signal: AbortSignal): Promise<readonly FileEntry[]>;
  /** Undefined where there is nothing. */
  stat(path: string, signal: AbortSignal): Promise<FileInfo | undefined>;
  remove(path: string, recursive: boolean, signal: AbortSignal): Promise<void>;
  /** Within one file system. */
  move(from: string, to: string, replace: boolean, signal: AbortSignal): Promise<void>;
  /** Paths as the pattern writes them, in order; links are not followed. */
  glob(pattern: string, options: GlobOptions, signal: AbortSignal): Promise<readonly string[]>;
  makeFolder(path: string, signal: AbortSignal): Promise<void>;
  /** The path of the run's own folder. */
  scratch(): Promise<string>;
}

/** The files of this machine. */
export interface Files {
  /** Always the same object for the same access. */
  under(access: FileAccess): GrantedFiles;
}
