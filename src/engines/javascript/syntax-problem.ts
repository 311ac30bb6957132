import type { VmMaker } from "./opened-vm.ts";
import { EVALUATE, type QuickJsVm } from "./quickjs-vm.ts";

const MAX_TOKENS = 200;

/** What is wrong with a source, and where. */
export interface SyntaxProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Parses a source again to find the exact place of its syntax error; undefined where it has none. QuickJS's
 * parser mostly tells the line only: so the source is parsed up to each token of that line, and the first token
 * with which the same error appears is the place.
 */
export function syntaxProblem(makeVm: VmMaker, source: string): SyntaxProblem | undefined {
  const vm = parser(makeVm);
  const problem = parse(vm, source);
  if (problem === undefined) return undefined;
  const { message, line } = problem;
  const lines = source.split("\n");
  const text = lines[line - 1] ?? "";
  // At the end of the text the parser counts on past it.
  if (problem.column > 1) return { message, line, column: Math.min(problem.column, text.length + 1) };
  const before = lines.slice(0, line - 1).join("\n") + (line > 1 ? "\n" : "");
  for (const token of [...text.matchAll(/[\w$]+|[^\s\w$]/g)].slice(0, MAX_TOKENS)) {
    const start = parse(vm, before + text.slice(0, token.index + token[0].length));
    if (start?.message === message && start.line === line) return { message, line, column: token.index + 1 };
  }
  return { message, line, column: Math.max(0, text.search(/\S/)) + 1 };
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

function parse(vm: QuickJsVm, source: string): SyntaxProblem | undefined {
  const { value, thrown } = vm.evaluate(source, "source", EVALUATE.compileOnly);
  if (!thrown) return undefined;
  const place = /at source:(\d+):(\d+)/.exec(vm.toText(vm.property(value, "stack")) ?? "");
  if (place === null) return undefined;
  const message = vm.toText(vm.property(value, "message")) ?? "";
  return { message, line: Number(place[1]), column: Number(place[2]) };
}
