import type { RunContext } from "../../context.ts";
import { TengoRuntimeError } from "../../errors.ts";
import { Growth } from "../../forms/index.ts";
import { NativeFunction, TengoArray, TengoMap, type NativeBody, type TengoValue } from "../../values.ts";
import { expectCount, intArgument, stringArgument, stringArray } from "../arguments.ts";
import { expandTemplate, parseTemplate } from "../regexp/expand-template.ts";
import { Backtracker } from "../regexp/run-program.ts";
import { Regexp, type Match } from "../regexp/regexp.ts";
import { RegexpFault } from "../regexp/syntax.ts";

/** Memory that a run may keep for expressions which it might need again. */
const MOST_KEPT_BYTES = 1 << 20;

/** Compiles expressions, and keeps those of one run. */
class Expressions {
  readonly #kept = new Map<string, Regexp>();
  #keptBytes = 0;
  readonly #backtracker = new Backtracker();

  compile(pattern: string, context: RunContext): Regexp {
    const known = this.#kept.get(pattern);
    if (known !== undefined) return known;
    try {
      const compiled = new Regexp(pattern, this.#backtracker, context);
      this.#keep(compiled);
      return compiled;
    } catch (cause) {
      if (cause instanceof RegexpFault) throw new TengoRuntimeError(cause.message);
      throw cause;
    }
  }

  #keep(compiled: Regexp): void {
    const bytes = compiled.bytes + compiled.pattern.length;
    if (bytes > MOST_KEPT_BYTES / 4) return;
    if (this.#keptBytes + bytes > MOST_KEPT_BYTES) {
      this.#kept.clear();
      this.#keptBytes = 0;
    }
    this.#keptBytes += bytes;
    this.#kept.set(compiled.pattern, compiled);
  }
}

/** A function that an expression belongs to. */
class ExpressionFunction extends NativeFunction {
  constructor(
    body: NativeBody,
    /** What it keeps in memory, shared with the other functions of the expression. */
    readonly holds: { readonly bytes: number },
  ) {
    super("user-function", "", body);
  }
}

/** What the reference does with a group that is not in a match: it leaves it out, or it panics. */
type Missing = "left-out" | "panic";

/** The groups of a match: `{text, begin, end}` each. */
function groups(bytes: string, match: Match, missing: Missing): TengoArray {
  const items: TengoValue[] = [];
  for (let index = 0; index < match.length; index += 2) {
    const [begin, end] = [match[index] as number, match[index + 1] as number];
    if (begin < 0 || end < 0) {
      if (missing === "panic") throw new TengoRuntimeError("runtime error: slice bounds out of range [-1:]");
      continue;
    }
    const entries: readonly (readonly [string, TengoValue])[] = [
      ["text", bytes.slice(begin, end)],
      ["begin", begin],
      ["end", end],
    ];
    items.push(new TengoMap(new Map(entries), true));
  }
  return TengoArray.of(items);
}

function findFirst(re: Regexp, bytes: string, missing: Missing, context: RunContext): TengoValue {
  const match = re.find(bytes, 0, context);
  context.charge(re.names.length * 256);
  return match === undefined ? undefined : TengoArray.of([groups(bytes, match, missing)]);
}

function findMany(re: Regexp, bytes: string, most: number, missing: Missing, context: RunContext): TengoValue {
  const found = re.findAll(bytes, most, context);
  return found.length === 0 ? undefined : TengoArray.of(found.map((match) => groups(bytes, match, missing)));
}

function replaceAll(re: Regexp, bytes: string, template: string, context: RunContext): string {
  context.charge(template.length * 8);
  const pieces = parseTemplate(template, re.names);
  context.burn(pieces.length + re.names.length);
  const parts: string[] = [];
  const growth = new Growth(context);
  let length = 0;
  let from = 0;
  const add = (text: string): void => {
    length += text.length;
    if (length > context.maxStringLength) throw new TengoRuntimeError("exceeding string size limit");
    growth.add(text.length + 8);
    parts.push(text);
  };
  for (const match of re.findAll(bytes, -1, context)) {
    context.burn(pieces.length);
    add(bytes.slice(from, match[0]));
    add(expandTemplate(pieces, bytes, match));
    from = match[1] as number;
  }
  if (from < bytes.length) add(bytes.slice(from));
  return parts.join("");
}

function count(args: readonly TengoValue[], index: number): number {
  return index < args.length ? Number(intArgument(args, index)) : -1;
}

/** The members of what `re_compile` gives. They have no names in the reference. */
function compiledMembers(re: Regexp): Readonly<Record<string, NativeBody>> {
  return {
    match: (args, context) => {
      expectCount(args, 1);
      return re.find(stringArgument(args, 0, context), 0, context) !== undefined;
    },
    find: (args, context) => {
      expectCount(args, 1, 2);
      const bytes = stringArgument(args, 0, context);
      if (args.length === 1) return findFirst(re, bytes, "panic", context);
      return findMany(re, bytes, count(args, 1), "panic", context);
    },
    replace: (args, context) => {
      expectCount(args, 2);
      return replaceAll(re, stringArgument(args, 0, context), stringArgument(args, 1, context), context);
    },
    split: (args, context) => {
      expectCount(args, 1, 2);
      return stringArray(re.split(stringArgument(args, 0, context), count(args, 1), context), context);
    },
  };
}

/** The functions of the text module that take regular expressions, for one run. */
export function regularExpressionFunctions(): Readonly<Record<string, NativeBody>> {
  const expressions = new Expressions();
  return {
    re_match: (args, context) => {
      expectCount(args, 2);
      const pattern = stringArgument(args, 0, context);
      const bytes = stringArgument(args, 1, context);
      return expressions.compile(pattern, context).find(bytes, 0, context) !== undefined;
    },
    re_find: (args, context) => {
      expectCount(args, 2, 3);
      const re = expressions.compile(stringArgument(args, 0, context), context);
      const bytes = stringArgument(args, 1, context);
      if (args.length === 2) return findFirst(re, bytes, "left-out", context);
      return findMany(re, bytes, count(args, 2), "left-out", context);
    },
    re_replace: (args, context) => {
      expectCount(args, 3);
      const [pattern, bytes, template] = [0, 1, 2].map((index) => stringArgument(args, index, context)) as [
        string,
        string,
        string,
      ];
      return replaceAll(expressions.compile(pattern, context), bytes, template, context);
    },
    re_split: (args, context) => {
      expectCount(args, 2, 3);
      const pattern = stringArgument(args, 0, context);
      const bytes = stringArgument(args, 1, context);
      const most = count(args, 2);
      return stringArray(expressions.compile(pattern, context).split(bytes, most, context), context);
    },
    re_compile: (args, context) => {
      expectCount(args, 1);
      const re = expressions.compile(stringArgument(args, 0, context), context);
      const members = Object.entries(compiledMembers(re)).map(
        ([name, body]) => [name, new ExpressionFunction(body, re)] as const,
      );
      return new TengoMap(new Map(members), true);
    },
  };
}
