import type { SourcePosition } from "../../contract/errors.ts";
import type { CallSite } from "./call-sites.ts";
import type { ModuleFinder } from "./modules.ts";
import type { Token } from "./source-tokens.ts";

/** Functions of the language that spells call most, by the names that they are called by. */
const GLOBALS = new Set(
  `Array BigInt Boolean Date Error Number Object String Symbol RegExp parseInt parseFloat isNaN isFinite Map Set Promise
  Uint8Array encodeURIComponent decodeURIComponent structuredClone atob btoa console.log JSON.parse JSON.stringify
  Math.abs Math.ceil Math.floor Math.max Math.min Math.random Math.round Object.assign Object.entries Object.fromEntries
  Object.keys Object.values Array.from Array.isArray Promise.all Promise.resolve`.split(/\s+/),
);

/**
 * What was called and is no function, where that is certain: of the calls around the place that QuickJS noted, the
 * only one that is of no known function.
 */
export function uncallable(noted: SourcePosition, modules: ModuleFinder): CallSite | undefined {
  const source = modules.file(noted.file);
  const { calls } = source;
  const around = calls.around(source.offset(noted.line, noted.column));
  const [site, ...others] = around.filter(({ callee }) => !isKnown(callee, calls.tokens, modules));
  return site === undefined || others.length > 0 || site.callee === "" ? undefined : site;
}

/** Whether that is certainly a function. */
function isKnown(callee: string, tokens: readonly Token[], modules: ModuleFinder): boolean {
  if (callee === "") return false;
  const [name = ""] = callee.split(".");
  const declared = tokens.flatMap((token, index) => (token.text === name && isBound(tokens, index) ? [index] : []));
  if (declared.length === 0) return GLOBALS.has(callee) || modules.isGranted(callee);
  return callee === name && declared.every((index) => isFunction(tokens, index));
}

/** Whether a name may get a value here: it is declared, set, or a parameter. */
function isBound(tokens: readonly Token[], index: number): boolean {
  const [before = "", after = ""] = [tokens[index - 1]?.text, tokens[index + 1]?.text];
  if (before === "." || before === "?.") return false;
  if (/^(?:const|let|var|function|class|import|as|\.\.\.)$/.test(before)) return true;
  if (before === "*" && tokens[index - 2]?.text === "function") return true;
  if (after === "=>" || (after === "=" && tokens[index + 2]?.text !== "=")) return true;
  // Among others in brackets: of a pattern, parameters or an import, or only a value.
  return /^[{[(,:]$/.test(before) && /^[}\]),]$/.test(after);
}

/** Whether what a name gets here is a function. */
function isFunction(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text ?? "";
  if (before === "function" || before === "class" || before === "*") return true;
  if (before !== "const" || tokens[index + 1]?.text !== "=") return false;
  const start = tokens[index + 2]?.text === "async" ? index + 3 : index + 2;
  if (tokens[start]?.text === "function" || tokens[start + 1]?.text === "=>") return true;
  if (tokens[start]?.text !== "(") return false;
  const end = tokens.findIndex(
    ({ inside, text }, at) => at > start && text === ")" && inside === tokens[start]?.inside,
  );
  return tokens[end + 1]?.text === "=>";
}
