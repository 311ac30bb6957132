import type { SourcePosition } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import type { ModuleFinder } from "./modules.ts";
import type { SourceFile } from "./source-file.ts";
import type { Token } from "./source-tokens.ts";

/** An import of a name that its module does not export. */
export interface MissingExport {
  readonly position: SourcePosition;
  /** The name that was likely meant. */
  readonly meant: string | undefined;
}

/** Where the import stands of a module that was not found: such an error has no stack. */
export function importPosition(modules: ModuleFinder): SourcePosition | undefined {
  const { missing } = modules;
  if (missing === undefined || !modules.sources.has(missing.importer)) return undefined;
  const source = modules.file(missing.importer);
  const found = source.calls.tokens.find((token) => textOf(token) === missing.name);
  return found && { file: missing.importer, ...source.place(found.at) };
}

/** Where a name is imported that its module does not export, by the message of QuickJS, which tells no place. */
export function missingExport(message: string, modules: ModuleFinder): MissingExport | undefined {
  const [, name = "", path = ""] = /^Could not find export '(.+)' in module '(.+)'$/.exec(message) ?? [];
  if (path === "") return undefined;
  for (const file of modules.sources.keys()) {
    const source = modules.file(file);
    const at = importOf(source.calls.tokens, name, (from) => modules.resolve(file, from) === path);
    if (at !== undefined) {
      return { position: { file, ...source.place(at) }, meant: nearest(name, exportsOf(path, modules)) };
    }
  }
  // It is one that the module itself only passes on.
  if (!modules.sources.has(path)) return undefined;
  const source = modules.file(path);
  const at = importOf(source.calls.tokens, name, () => true);
  return at === undefined ? undefined : { position: { file: path, ...source.place(at) }, meant: undefined };
}

/** Where a name is imported from a module; where only the module is named, as for a default import, that place. */
function importOf(tokens: readonly Token[], name: string, isModule: (name: string) => boolean): number | undefined {
  for (const [index, token] of tokens.entries()) {
    const from = textOf(token);
    if (from === undefined || tokens[index - 1]?.text !== "from" || !isModule(from)) continue;
    for (let back = index - 2; back >= 0 && !isImport(tokens[back]); back--) {
      const isFirst = tokens[back - 1]?.text !== "as";
      if (tokens[back]?.text === name && isFirst) return tokens[back]?.at;
    }
    if (name === "default") return token.at;
  }
  return undefined;
}

function isImport(token: Token | undefined): boolean {
  return token?.text === "import" || token?.text === "export";
}

/** The names that a module exports: of one of the spell's own those that are declared or listed with `export`. */
function exportsOf(path: string, modules: ModuleFinder): readonly string[] {
  const granted = modules.grantedNames(path);
  return granted ?? exportedNames(modules.file(path));
}

function exportedNames(source: SourceFile): readonly string[] {
  const { tokens } = source.calls;
  const names: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.text !== "export" || token.inside >= 0) continue;
    const rest = tokens.slice(index + 1, index + 5);
    const declared = rest.find(({ kind, text }) => kind === "name" && !DECLARING.has(text));
    if (rest[0]?.text !== "{") names.push(rest[0]?.text === "default" ? "default" : (declared?.text ?? ""));
    for (let at = index + 2; rest[0]?.text === "{" && at < tokens.length && tokens[at]?.text !== "}"; at++) {
      if (/^[,}]$/.test(tokens[at + 1]?.text ?? "")) names.push(tokens[at]?.text ?? "");
    }
  }
  return names;
}

const DECLARING = new Set(["const", "let", "var", "function", "class", "async"]);

/** What a literal text says; undefined for all else, and for one with escapes. */
function textOf({ kind, text }: Token): string | undefined {
  return kind === "literal" && /^["'][^\\]*["']$/.test(text) ? text.slice(1, -1) : undefined;
}
