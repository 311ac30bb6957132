import { basename, dirname, join } from "node:path";
import type { Engine } from "../contract/engine.ts";
import type { Manifest } from "../contract/manifest.ts";
import type { Program } from "../contract/message.ts";

/** A spell that was found and read, ready to be cast. */
export interface LoadedSpell {
  readonly name: string;
  readonly engine: Engine;
  readonly program: Program;
  /** Texts as the person wrote them, by the name that errors use: types not stripped. */
  readonly sources: ReadonlyMap<string, string>;
  /** The names of its own modules' files as errors show them, by the names that the engine knows. */
  readonly shown: ReadonlyMap<string, string>;
  readonly manifest: Manifest;
  /** The main file's path as the person would write it; `built in` for those in the binary. */
  readonly path: string;
  /** Whether there is a file at that path, so that something may be kept beside it. */
  readonly onDisk?: boolean;
}

/** Where a spell's files are: a folder on disk, or the binary itself. Paths are relative to the spell's folder. */
export interface SpellFolder {
  /** Shown before file names in errors; empty for a file in the current folder. */
  readonly shown: string;
  readonly onDisk?: true;
  read(path: string): Promise<string | undefined>;
  /** A TypeScript file as JavaScript, where that was made when the binary was built. */
  stripped?(path: string): string | undefined;
  /** Its manifest, where it was read when the binary was built. */
  readonly manifest?: Manifest | undefined;
}

/** `./hello.lua` → `hello`; `greet/main.js` → `greet`. */
export function nameOfFile(path: string): string {
  const file = basename(path).replace(/\.[^.]+$/, "");
  const folder = basename(dirname(path));
  return file === "main" && folder !== "" && folder !== "." ? folder : file;
}

/** A file of a folder as errors show it. */
export function shownPath(folder: SpellFolder, path: string): string {
  return folder.shown === "" ? path : join(folder.shown, path);
}
