import type { VmMaker } from "./opened-vm.ts";
import { SourceFile } from "./source-file.ts";
import { EVALUATE, type QuickJsVm } from "./quickjs-vm.ts";

const MAX_TOKENS = 200;

/** What is wrong with a source, and where. */
export interface SyntaxProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** What QuickJS says of a source that it cannot parse; of some errors it tells no place. */
interface ParserError {
  readonly message: string;
  readonly place: { readonly line: number; readonly column: number } | undefined;
}

/**
 * Parses a source again to find the exact place of its syntax error; undefined where it has none, or none that can be
 * found. QuickJS's parser mostly tells the line only: so the source is parsed up to each token of that line, and the
 * first token with which the same error appears is the place.
 */
export function syntaxProblem(makeVm: VmMaker, source: string): SyntaxProblem | undefined {
  const vm = parser(makeVm);
  const error = parse(vm, source);
  if (error === undefined) return undefined;
  const { message, place } = error;
  if (place === undefined) return lateProblem(vm, source, message);
  const { line } = place;
  const lines = source.split("\n");
  const text = lines[line - 1] ?? "";
  // At the end of the text the parser counts on past it.
  if (place.column > 1) return { message, line, column: Math.min(place.column, text.length + 1) };
  const before = lines.slice(0, line - 1).join("\n") + (line > 1 ? "\n" : "");
  for (const token of [...text.matchAll(/[\w$]+|[^\s\w$]/g)].slice(0, MAX_TOKENS)) {
    const start = parse(vm, before + text.slice(0, token.index + token[0].length));
    if (start?.message === message && start.place?.line === line) return { message, line, column: token.index + 1 };
  }
  return { message, line, column: Math.max(0, text.search(/\S/)) + 1 };
}

/** What is found only after parsing: a pattern that is none, or a name that nothing declares. */
function lateProblem(vm: QuickJsVm, source: string, message: string): SyntaxProblem | undefined {
  const file = new SourceFile(source);
  const name = /'(#?[\w$]+)'/.exec(message)?.[1];
  let patterns = 0;
  for (const { kind, text, at } of file.calls.tokens) {
    const isPattern = kind === "literal" && text.startsWith("/") && ++patterns <= MAX_TOKENS;
    const isMeant = name === undefined ? isPattern && parse(vm, `(${text})`)?.message === message : text === name;
    if (isMeant) return { message, ...file.place(at) };
  }
  return undefined;
}

/** A VM that only parses: nothing is imported and nothing runs. */
function parser(makeVm: VmMaker): QuickJsVm {
  const { vm } = makeVm({
    now: () => 0,
    post: () => {},
    normalize: (_importer, name) => name,
    load: () => "",
  });
  vm.limit(64 * 1024 * 1024, Number.POSITIVE_INFINITY);
  return vm;
}

function parse(vm: QuickJsVm, source: string): ParserError | undefined {
  const { value, thrown } = vm.evaluate(source, "source", EVALUATE.compileOnly);
  if (!thrown) return undefined;
  const place = /at source:(\d+):(\d+)/.exec(vm.toText(vm.property(value, "stack")) ?? "");
  const message = vm.toText(vm.property(value, "message")) ?? "";
  return { message, place: place === null ? undefined : { line: Number(place[1]), column: Number(place[2]) } };
}
