import type { Engine } from "../contract/engine.ts";
import { blankSource } from "./blank-source.ts";

/** A place where a source uses a name of a module: `llm.complete`. */
export interface ModuleUse {
  readonly module: string;
  /** Absent where the module itself is imported. */
  readonly member?: string;
  /** Where the module's name stands, counted from 0 in the source. */
  readonly offset: number;
  /** Where the member stands. */
  readonly memberOffset?: number;
  /** By an import, so that the name cannot be a variable of the spell's own. */
  readonly imported: boolean;
}

/** A use of a global: `name.member` and `name?.member`, but not behind another dot. */
const MEMBER = /(?<![\w$]|(?<!\.)\.)([A-Za-z_]\w*)\s*(?:\?\.|\.(?!\.))\s*([A-Za-z_]\w*)/g;
const IMPORT = /\bimport\s+([^"'`;()]*?)\bfrom\s*["']llmspell:([^"'\n]*)["']/g;
const BARE_IMPORT = /\bimport\s*\(?\s*["']llmspell:([^"'\n]*)["']/g;

/** The module names and members that a source uses, in order; names that the source declares itself are left out. */
export function findUses(source: string, { lexis }: Engine): ModuleUse[] {
  const { code, withTexts } = blankSource(source, lexis);
  const uses: ModuleUse[] = [];
  const aliases = new Map<string, string>();
  for (const match of withTexts.matchAll(IMPORT)) {
    const [whole, clause = "", module = ""] = match;
    const nameAt = match.index + whole.lastIndexOf(module);
    uses.push({ module, offset: nameAt, imported: true });
    for (const [, alias = ""] of clause.matchAll(/(?:^|\*\s*as|,)\s*([A-Za-z_$][\w$]*)\s*(?=,|$)/g)) {
      if (!clause.includes("{") || clause.indexOf(alias) < clause.indexOf("{")) aliases.set(alias, module);
    }
    const braces = /\{([^}]*)\}/.exec(clause);
    const begin = match.index + whole.indexOf("{") + 1;
    for (const member of (braces?.[1] ?? "").matchAll(/(?:^|,)(\s*)([A-Za-z_$][\w$]*)/g)) {
      const [, space = "", name = ""] = member;
      if (name === "default" || name === "type") continue;
      const memberOffset = begin + member.index + member[0].indexOf(space + name) + space.length;
      uses.push({ module, member: name, offset: nameAt, memberOffset, imported: true });
    }
  }
  for (const match of withTexts.matchAll(BARE_IMPORT)) {
    const [whole, module = ""] = match;
    uses.push({ module, offset: match.index + whole.lastIndexOf(module), imported: true });
  }
  const declared = declaredNames(code, withTexts, lexis.standard);
  for (const match of code.matchAll(MEMBER)) {
    const [whole, name = "", member = ""] = match;
    const module = aliases.get(name) ?? name;
    if (declared.has(name) && !aliases.has(name)) continue;
    const memberOffset = match.index + whole.length - member.length;
    uses.push({ module, member, offset: match.index, memberOffset, imported: aliases.has(name) });
  }
  return uses.sort((a, b) => a.offset - b.offset);
}

const DECLARATIONS: readonly RegExp[] = [
  // local a, b = …; const {a, b: c} = …; for k, v in …
  /\b(?:local|const|let|var|for|class|catch|import)\b([^=;\n]*?)(?==|;|\n|\bin\b|\bof\b|\bfrom\b|$)/g,
  /\b(?:const|let|var)\s*([{[][^=]*[}\]])\s*=/g,
  // name(a, b) { … }
  /\(([\w$\s,]*)\)\s*\{/g,
  // function name(a, b)
  /\b(?:function|func|fn)\b([^)]*\))/g,
  // (a, b) => …, a => …
  /\(([^()]*)\)\s*=>/g,
  /([A-Za-z_$][\w$]*)\s*=>/g,
  // a, b = …; a := …
  /^[ \t]*([A-Za-z_][\w, \t]*?)\s*:?=(?!=)/gm,
];

/** Every name that is declared or assigned anywhere; scopes are not looked at. `local llm = require("llm")` is the module itself. */
function declaredNames(code: string, withTexts: string, standard: readonly string[] = []): Set<string> {
  const names = new Set<string>();
  for (const pattern of DECLARATIONS) {
    for (const [, part = ""] of code.matchAll(pattern)) {
      for (const [name] of part.matchAll(/[A-Za-z_$][\w$]*/g)) names.add(name);
    }
  }
  for (const [, name = "", module] of withTexts.matchAll(REQUIRED)) {
    if (name === module && !standard.includes(name)) names.delete(name);
  }
  return names;
}

/** A module under its own name, in Lua's and Tengo's way. */
const REQUIRED = /\b(?:local\s+)?([A-Za-z_]\w*)\s*:?=\s*(?:require|import)\s*\(?\s*["']([^"'\n]+)["']/g;
