import type { Program, Surface } from "../../contract/message.ts";
import { JSON_ENDING, resolveModule } from "./language.ts";
import { SourceFile } from "./source-file.ts";

/** Modules of ours: the granted ones, and the prelude, whose frames are not the script's. */
export const OWN_SCHEME = "llmspell:";
/** Where the prelude's own modules stand. Only they and the granted modules may import them. */
export const PRELUDE_PATH = `${OWN_SCHEME}prelude/`;
const MISSING = `${OWN_SCHEME}missing/`;

/**
 * Ends every module of the script, which makes it asynchronous: of a synchronous one that throws, QuickJS drops
 * a rejected promise that nothing handles, which would count as the script's.
 */
const ASYNC_TRAILER = "\n;await 0;";

/** An import of something that is not there, for the failure's position. */
export interface MissingModule {
  readonly importer: string;
  readonly name: string;
}

/** Finds the modules of one run: those of the program and the granted ones. Those of the prelude are there already. */
export class ModuleFinder {
  /** Every source of the script by the path that errors and stacks show. */
  readonly sources = new Map<string, string>();
  readonly main: string;
  readonly #files = new Map<string, SourceFile>();
  /** The last import that failed. */
  missing: MissingModule | undefined;

  constructor(
    private readonly program: Program,
    private readonly surface: Surface,
    /** Only parse: every import is an empty module. */
    private readonly onlyParse: boolean,
  ) {
    this.main = program.file.startsWith(OWN_SCHEME) ? `./${program.file}` : program.file;
    for (const [path, source] of Object.entries(program.modules)) {
      if (!path.startsWith(OWN_SCHEME)) this.sources.set(path, source);
    }
    this.sources.set(this.main, program.source);
  }

  /** The path of the module that `importer` means by `name`. The prelude imports the main module by its path. */
  normalize(importer: string, name: string): string {
    if (importer.startsWith(PRELUDE_PATH)) return name;
    if (this.onlyParse) return `${MISSING}${name}`;
    if (importer.startsWith(OWN_SCHEME)) return name;
    const path = this.resolve(importer, name);
    if (path !== undefined) return path;
    this.missing = { importer, name };
    return `${MISSING}${name}`;
  }

  /** The path of the module that one of the script's own means by `name`. */
  resolve(importer: string, name: string): string | undefined {
    if (this.grantedNames(name) !== undefined) return name;
    // Paths are relative to the main file's folder, whatever path to it the person gave.
    const candidates = resolveModule(name, importer === this.main ? "" : importer);
    return candidates.find((candidate) => this.sources.has(candidate) && candidate !== this.main);
  }

  /** The text of one of the script's own modules, as it is parsed. */
  text(path: string): string {
    return stripShebang(this.sources.get(path) ?? "");
  }

  /** The same, for places in it. */
  file(path: string): SourceFile {
    const known = this.#files.get(path) ?? new SourceFile(this.text(path));
    this.#files.set(path, known);
    return known;
  }

  /** What a granted module exports by name besides itself; undefined where that path is of none. */
  grantedNames(path: string): readonly string[] | undefined {
    const name = path.slice(OWN_SCHEME.length);
    const module = path.startsWith(OWN_SCHEME) && Object.hasOwn(this.surface, name) ? this.surface[name] : undefined;
    if (module === undefined) return undefined;
    return [...Object.keys(module.values), ...Object.keys(module.functions)].filter((key) => key !== "default");
  }

  /** Whether `llm.complete` is a function of a granted module. */
  isGranted(callee: string): boolean {
    const [module = "", name = "", ...rest] = callee.split(".");
    return (
      rest.length === 0 &&
      Object.hasOwn(this.surface, module) &&
      Object.hasOwn(this.surface[module]?.functions ?? {}, name)
    );
  }

  /** The source of a module, or why there is none. */
  load(path: string): string | { readonly code: string; readonly message: string } {
    if (path.startsWith(MISSING)) return this.onlyParse ? "" : this.#notFound(path.slice(MISSING.length));
    if (path.startsWith(OWN_SCHEME)) return this.#granted(path);
    return this.text(path) + ASYNC_TRAILER;
  }

  /** `import { complete } from "llmspell:llm"`: an export for each function and constant, and the module as default. */
  #granted(path: string): string {
    const names = this.grantedNames(path);
    if (names === undefined) return "";
    const lines = names.map((key, index) => `const _${index} = module[${JSON.stringify(key)}];`);
    const exported = names.map((key, index) => `_${index} as ${JSON.stringify(key)}`);
    return [
      `import { modules } from "${PRELUDE_PATH}boot.js";`,
      `const module = modules[${JSON.stringify(path.slice(OWN_SCHEME.length))}];`,
      ...lines,
      `export { ${["module as default", ...exported].join(", ")} };`,
    ].join("\n");
  }

  #notFound(name: string): { code: string; message: string } {
    const code = "script.module-not-found";
    if (name.endsWith(JSON_ENDING)) {
      const message = `"${name}" cannot be imported: there are no JSON modules. Read it with files.read and JSON.parse, or put the data into a module (export default {…})`;
      return { code, message };
    }
    const granted = Object.keys(this.surface).map((module) => OWN_SCHEME + module);
    const files = Object.keys(this.program.modules).map((path) => `./${path}`);
    const available = [...granted, ...files];
    const shown = available.length === 0 ? "there are none" : `there are ${available.slice(0, 40).join(", ")}`;
    const message = `Cannot find module "${name}": it is neither granted nor a file in the spell's folder (${shown})`;
    return { code, message };
  }
}

/** A first line `#!…` is no JavaScript everywhere; its line break stays, so that lines keep their numbers. */
function stripShebang(source: string): string {
  return source.startsWith("#!") ? source.replace(/^[^\n]*/, "") : source;
}
