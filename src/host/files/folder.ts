/**
 * An opened folder. What happens in it happens by names relative to it, so that nobody can put another folder in
 * its place between a check and what follows.
 */
export interface Folder {
  /** The path of an entry, or of the folder itself, that the system's calls take. Only for as long as it is open. */
  at(name?: string): string;
  /** Where it really is now, without links. Throws where it is no longer. */
  real(): Promise<string>;
  /** Opens a folder in it. Rejects with ENOTDIR or ELOOP for a link, with ENOTDIR for all else. */
  folder(name: string): Promise<Folder>;
  /** Looks at an entry without opening it: a link is a link. */
  entry(name: string): Promise<Entry>;
  close(): Promise<void>;
}

/** How folders are opened here. */
export type OpenFolder = (realPath: string) => Promise<Folder>;

/** An entry of a folder, held but not opened: looking at a device or pipe does nothing to it. */
export interface Entry {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly mode: number;
  /** How many names it has. */
  readonly links: number;
  /** A path that the system's calls take. */
  readonly at: string;
  /** Where it really is. */
  real(): Promise<string>;
  /** Opens just this, whatever its name means by now. Only for files. */
  open(flags: number): Promise<OpenFile>;
  close(): Promise<void>;
}

/** An opened file. */
export interface OpenFile {
  read(buffer: Uint8Array, offset: number, length: number, position: number | null): Promise<{ bytesRead: number }>;
  write(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}
