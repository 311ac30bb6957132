import { lstatSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Engine } from "../contract/engine.ts";
import { SpellError } from "../contract/errors.ts";
import type { Manifest } from "../contract/manifest.ts";
import { nearest } from "../contract/nearest.ts";
import { readStandardInput, readText } from "../host/index.ts";
import { placeInManifest, readManifest } from "../profile/index.ts";
import { BRIDGES, CATALOGUE, engineOf, engineOfFile, knownEndings } from "./catalog.ts";
import { EMBEDDED_MANIFESTS, EMBEDDED_SPELLS, STRIPPED_SPELLS } from "./embedded-spells.ts";
import { loadModules } from "./load-modules.ts";
import { nameOfFile, shownPath, type LoadedSpell, type SpellFolder } from "./spell-source.ts";

/** What may be said about a spell besides its name or path. */
export interface FindOptions {
  /** Runs it with another engine than its ending says. */
  readonly engine?: string | undefined;
  /** Bytes of source. */
  readonly maxBytes: number;
}

const NO_MANIFEST: Manifest = { version: "", description: "", needs: [] };
const MANIFEST_FILE = "spell.yaml";

/** What a reference stands for, before anything but the manifest is read. */
export interface FoundSpell {
  readonly folder: SpellFolder;
  /** Main file, relative to the folder. */
  readonly main: string;
  readonly name: string;
  readonly engine: Engine;
  readonly manifest: Manifest;
  readonly path: string;
}

/**
 * Finds a spell by path (a file, or a folder with spell.yaml or main.*), by `./spells/NAME`, or by the name of
 * one in the binary, in this order; `NAME/main.ts` is one main file of a spell that has several. Reads no source
 * yet: which engine it needs is known early.
 */
export async function findSpell(reference: string, options: FindOptions): Promise<FoundSpell> {
  if (reference === "-") return fromStandardInput(options);
  const kind = kindOf(reference);
  if (kind === "file")
    return foundFile(diskFolder(dirname(reference), options.maxBytes), reference, reference, options);
  if (kind === "folder")
    return foundFolder(diskFolder(reference, options.maxBytes), basename(reference), reference, options);
  const isName = /^[\w-]+$/.test(reference);
  if (isName) {
    const beside = join("spells", reference);
    if (kindOf(beside) === "folder") {
      return foundFolder(diskFolder(beside, options.maxBytes), reference, beside, options);
    }
    if (embeddedNames().includes(reference))
      return foundFolder(embeddedFolder(reference), reference, "built in", options);
  }
  const inBinary = await mainFileByName(reference, options);
  if (inBinary !== undefined) return inBinary;
  throw notFound(reference, isName);
}

/** `hello/main.ts`: one main file of a spell by name. */
async function mainFileByName(reference: string, options: FindOptions): Promise<FoundSpell | undefined> {
  const [, name, file] = /^([\w-]+)\/([^/]+)$/.exec(reference) ?? [];
  if (name === undefined || file === undefined) return undefined;
  const beside = join("spells", reference);
  if (kindOf(beside) === "file") {
    return foundFile(diskFolder(dirname(beside), options.maxBytes), beside, beside, options);
  }
  const isEmbedded = Object.hasOwn(EMBEDDED_SPELLS, reference);
  return isEmbedded ? foundFile(embeddedFolder(name), reference, "built in", options) : undefined;
}

/** Reads a found spell's sources. */
export async function loadSpell(found: FoundSpell, maxBytes: number): Promise<LoadedSpell> {
  const { engine, folder, main, manifest } = found;
  const sources = await loadModules(engine, folder, main, maxBytes);
  const [first, ...rest] = sources;
  const file = shownPath(folder, main);
  if (first === undefined) throw new SpellError("spell.not-found", `There is no file "${file}"`);
  const shown = new Map(rest.map(({ path }) => [path, shownPath(folder, path)]));
  const written = new Map(rest.map((source) => [shownPath(folder, source.path), source.written]));
  return {
    name: found.name,
    engine,
    manifest,
    path: found.path,
    onDisk: folder.onDisk === true,
    program: {
      file,
      source: first.runnable,
      modules: Object.fromEntries(rest.map((source) => [source.path, source.runnable])),
    },
    sources: written.set(file, first.written),
    shown,
  };
}

/** The names of the spells inside of the binary. */
export function embeddedNames(): string[] {
  return [...new Set(Object.keys(EMBEDDED_SPELLS).map((path) => path.split("/")[0] ?? ""))];
}

/** The files of one embedded spell. */
export function embeddedFolder(name: string): SpellFolder {
  const at = <T>(map: Readonly<Record<string, T>>, key: string) => (Object.hasOwn(map, key) ? map[key] : undefined);
  return {
    shown: name,
    manifest: at(EMBEDDED_MANIFESTS, name),
    stripped: (path) => at(STRIPPED_SPELLS, `${name}/${path}`),
    read: (path) => Promise.resolve(at(EMBEDDED_SPELLS, `${name}/${path}`)),
  };
}

function diskFolder(path: string, maxBytes: number): SpellFolder {
  return { shown: path === "." ? "" : path, onDisk: true, read: (file) => readText(join(path, file), maxBytes) };
}

function kindOf(path: string): "file" | "folder" | undefined {
  try {
    // Not asked of another thread: this process has nothing else to do, and would wait for it for milliseconds.
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}

function pickEngine(path: string, wanted: string | undefined, manifest: Manifest): Engine {
  const id = wanted ?? manifest.engine;
  if (id !== undefined) return engineOf(id);
  const byEnding = engineOfFile(path);
  if (byEnding !== undefined) return byEnding.engine;
  const dot = basename(path).lastIndexOf(".");
  const ending = dot < 0 ? "no ending" : `the ending "${basename(path).slice(dot)}"`;
  throw new SpellError(
    "spell.unknown-extension",
    `"${path}" has ${ending}; spells end in ${knownEndings().join(", ")}`,
    {
      fix: "Rename it, or say --engine",
    },
  );
}

async function foundFile(folder: SpellFolder, file: string, path: string, options: FindOptions): Promise<FoundSpell> {
  const main = basename(file);
  const manifest = (await manifestOf(folder, main)) ?? NO_MANIFEST;
  const engine = pickEngine(file, options.engine, manifest);
  return { folder, main, manifest, engine, path, name: manifest.name ?? nameOfFile(file) };
}

/** A file's manifest: spell.yaml beside it, where that is about this file. */
async function manifestOf(folder: SpellFolder, main: string): Promise<Manifest | undefined> {
  const manifest = folder.manifest ?? (await readManifestFile(folder));
  if (manifest === undefined) return undefined;
  const isMain = manifest.main === undefined ? main.startsWith("main.") : manifest.main === main;
  return isMain || main === "" ? manifest : undefined;
}

async function readManifestFile(folder: SpellFolder): Promise<Manifest | undefined> {
  const text = await folder.read(MANIFEST_FILE);
  const catalogue = { bridges: [...BRIDGES.keys()], engines: CATALOGUE.engines };
  return text === undefined ? undefined : readManifest({ file: shownPath(folder, MANIFEST_FILE), text }, catalogue);
}

async function foundFolder(
  folder: SpellFolder,
  fallback: string,
  path: string,
  options: FindOptions,
): Promise<FoundSpell> {
  const manifest = (await manifestOf(folder, "")) ?? NO_MANIFEST;
  await requireMain(folder, manifest);
  const mains = await mainFiles(folder, manifest);
  const wanted = options.engine;
  const main = mains.find(
    (file) => wanted === undefined || engineOfFile(file)?.engine.language === engineOf(wanted).language,
  );
  if (main === undefined) {
    const tried =
      manifest.main ??
      knownEndings()
        .map((ending) => `main${ending}`)
        .join(", ");
    const where = `The folder "${folder.shown || "."}"`;
    if (wanted !== undefined && mains.length > 0) {
      const { language } = engineOf(wanted);
      throw new SpellError("spell.not-found", `${where} has no main file in ${language}; it has ${mains.join(", ")}`);
    }
    throw new SpellError("spell.not-found", `${where} has no main file (${tried})`);
  }
  const engine = pickEngine(main, options.engine, manifest);
  const shown = path === "built in" ? path : join(path, main);
  return { folder, main, manifest, engine, path: shown, name: manifest.name ?? fallback };
}

/** The main file that a manifest names must be there. */
async function requireMain(folder: SpellFolder, { main }: Manifest): Promise<void> {
  if (main === undefined || (await folder.read(main)) !== undefined) return;
  const source = { file: shownPath(folder, MANIFEST_FILE), text: (await folder.read(MANIFEST_FILE)) ?? "" };
  throw new SpellError("spell.manifest", `main: there is no file "${shownPath(folder, main)}"`, {
    position: await placeInManifest(source, ["main"]),
    fix: "Write the file, or name the one that is there",
  });
}

/** The main files that a folder has, in the order of the engines. */
export async function mainFiles(folder: SpellFolder, manifest: Manifest): Promise<string[]> {
  if (manifest.main !== undefined) return [manifest.main];
  const found: string[] = [];
  for (const ending of knownEndings())
    if ((await folder.read(`main${ending}`)) !== undefined) found.push(`main${ending}`);
  return found;
}

async function fromStandardInput(options: FindOptions): Promise<FoundSpell> {
  if (options.engine === undefined) throw new SpellError("usage", "A spell on standard input needs --engine");
  return inlineSpell(await readStandardInput(options.maxBytes), options.engine, "standard input");
}

/** A spell whose source was given, not found. */
export function inlineSpell(source: string, engineId: string, name: string): FoundSpell {
  const engine = engineOf(engineId);
  const folder: SpellFolder = { shown: "", read: (path) => Promise.resolve(path === name ? source : undefined) };
  return { folder, main: name, manifest: NO_MANIFEST, engine, path: name, name };
}

function notFound(reference: string, isName: boolean): SpellError {
  if (isLink(reference)) {
    return new SpellError("spell.not-found", `"${reference}" is a link to what is not there`, {
      fix: "Mend the link, or name the file that is meant",
    });
  }
  if (!isName) {
    const hint = nearest(basename(reference), namesIn(dirname(reference), basename(reference)));
    const advice = hint === undefined ? "" : `; did you mean "${join(dirname(reference), hint)}"?`;
    return new SpellError("spell.not-found", `There is no file "${reference}"${advice}`);
  }
  const hint = nearest(reference, [...namesIn("spells"), ...embeddedNames()]);
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  return new SpellError("spell.not-found", `There is no spell "${reference}"${advice}`);
}

/** The names in a folder but for one that is not there: what looks like it is not UTF-8, and can be named by nobody. */
function namesIn(folder: string, missing = ""): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name !== missing && !name.includes("\uFFFD"));
  } catch {
    return [];
  }
}

/** Whether there is a link, which leads nowhere as nothing was found by it. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
