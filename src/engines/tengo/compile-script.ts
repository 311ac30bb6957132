import type { Program as SpellProgram } from "../../contract/message.ts";
import { fromText, toText } from "./byte-strings.ts";
import { compileProgram, type FoundModule, type Program } from "./compile/index.ts";
import { resolveModule } from "./language.ts";
import { MODULES, SOURCE_MODULES } from "./modules/index.ts";
import type { TengoValue } from "./values.ts";

/**
 * Compiles a spell: what is granted is known by name and can be imported, standard modules come first, and any other
 * import is a file of the spell's own. Throws `TengoSourceError`.
 */
export function compileScript(
  { file, source, modules }: SpellProgram,
  granted: ReadonlyMap<string, TengoValue>,
): Program {
  const mainFile = fromText(file);
  const findModule = (name: string, importer: string): FoundModule | undefined => {
    const from = importer === mainFile ? "" : toText(importer);
    const path = resolveModule(toText(name), from).find((candidate) => Object.hasOwn(modules, candidate));
    return path === undefined
      ? undefined
      : { name: fromText(path), source: fromText(stripShebang(modules[path] ?? "")) };
  };
  return compileProgram(fromText(stripShebang(source)), {
    fileName: mainFile,
    nativeModules: [...Object.keys(MODULES), ...granted.keys()],
    sourceModules: SOURCE_MODULES,
    predefined: granted,
    findModule,
    mainExport: true,
  });
}

/** A first line `#!…` is for the shell: it becomes a comment, as in the reference, so that lines keep their numbers. */
function stripShebang(source: string): string {
  return source.startsWith("#!") ? `//${source.slice(2)}` : source;
}
