import { posix } from "node:path";
import type { Engine } from "../contract/engine.ts";
import { SpellError } from "../contract/errors.ts";
import { isFolderError } from "../host/index.ts";
import { engineOfFile } from "./catalog.ts";
import type { SpellFolder } from "./spell-source.ts";
import { shownPath } from "./spell-source.ts";

/** A source as the engine runs it, and as the person wrote it. */
export interface LoadedSource {
  readonly path: string;
  readonly written: string;
  readonly runnable: string;
}

/** How many modules of its own a spell may have. */
const MAX_MODULES = 256;

/** The main source and every module of the spell's folder that it imports by a literal name, directly or through others. */
export async function loadModules(
  engine: Engine,
  folder: SpellFolder,
  main: string,
  maxBytes: number,
): Promise<LoadedSource[]> {
  const sources = new Map<string, LoadedSource>();
  const queue = [main];
  let total = 0;
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (sources.has(path)) continue;
    const written = await folder.read(path);
    if (written === undefined) continue;
    total += Buffer.byteLength(written);
    if (total > maxBytes || sources.size >= MAX_MODULES) throw tooLarge(folder, main, maxBytes);
    const runnable = await toRunnable(engine, written, path, folder);
    sources.set(path, { path, written, runnable });
    for (const candidate of await firstOf(engine, folder, runnable, path)) queue.push(candidate);
  }
  return [...sources.values()];
}

function tooLarge(folder: SpellFolder, main: string, maxBytes: number): SpellError {
  const message = `"${shownPath(folder, main)}" and its modules are over limits.source = ${maxBytes} bytes or ${MAX_MODULES} files`;
  return new SpellError("limit.source", message, { details: { limit: "source", value: maxBytes } });
}

/** For each import, the first candidate that exists. */
async function firstOf(engine: Engine, folder: SpellFolder, source: string, importer: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of importedNames(engine, source)) {
    for (const candidate of engine.lexis.resolve(name, importer)) {
      const path = posix.normalize(candidate);
      if (path.startsWith("..") || posix.isAbsolute(path) || path.includes("\0")) continue;
      if (!(await hasFile(folder, path))) continue;
      found.push(path);
      break;
    }
  }
  return found;
}

/** Whether a file has that name: a folder is no module. */
async function hasFile(folder: SpellFolder, path: string): Promise<boolean> {
  try {
    return (await folder.read(path)) !== undefined;
  } catch (error) {
    if (isFolderError(error)) return false;
    throw error;
  }
}

function importedNames(engine: Engine, source: string): Set<string> {
  const names = new Set<string>();
  for (const pattern of engine.lexis.imports) {
    for (const match of source.matchAll(pattern)) if (match[1] !== undefined) names.add(match[1]);
  }
  return names;
}

/** Strips types from TypeScript; everything else runs as it is written. */
export async function toRunnable(engine: Engine, source: string, path: string, folder: SpellFolder): Promise<string> {
  const byEnding = engineOfFile(path);
  if (byEnding?.engine !== engine || !byEnding.types) return source;
  const ready = folder.stripped?.(path);
  if (ready !== undefined) return ready;
  const { stripTypes } = await import("../host/strip-types.ts");
  return stripTypes(source, shownPath(folder, path));
}
