import { EVALUATE, QuickJsVm } from "./quickjs-vm.ts";

const MAX_TOKENS = 200;

/**
 * The column of a syntax error. QuickJS's parser tells the line only: so the source is parsed again up to each
 * token of that line, and the first token with which the same error appears is the place. The first word where none does.
 */
export function syntaxColumn(module: WebAssembly.Module, source: string, line: number, message: string): number {
  const lines = source.split("\n");
  const text = lines[line - 1] ?? "";
  const before = lines.slice(0, line - 1).join("\n") + (line > 1 ? "\n" : "");
  const tokens = [...text.matchAll(/[\w$]+|[^\s\w$]/g)].slice(0, MAX_TOKENS);
  const vm = parser(module);
  for (const token of tokens) {
    const start = before + text.slice(0, token.index + token[0].length);
    if (messageOf(vm, start, line) === message) return token.index + 1;
  }
  return firstColumn(text);
}

function firstColumn(text: string): number {
  return Math.max(0, text.search(/\S/)) + 1;
}

/** A VM that only parses: nothing is imported and nothing runs. */
function parser(module: WebAssembly.Module): QuickJsVm {
  const vm = new QuickJsVm(module, {
    now: () => 0,
    post: () => {},
    normalize: (_importer, name) => name,
    load: () => "",
  });
  vm.limit(64 * 1024 * 1024, Number.POSITIVE_INFINITY);
  return vm;
}

/** What the parser says of a source, where it says it of that line. */
function messageOf(vm: QuickJsVm, source: string, line: number): string | undefined {
  const { value, thrown } = vm.evaluate(source, "source", EVALUATE.compileOnly);
  const stack = thrown ? (vm.toText(vm.property(value, "stack")) ?? "") : "";
  return stack.includes(`at source:${line}:`) ? vm.toText(vm.property(value, "message")) : undefined;
}
