import { cutMessage, type Failure, type SourcePosition, type StackFrame } from "../../contract/errors.ts";
import type { Value } from "../../contract/value.ts";
import { decodeValue } from "../../contract/wire.ts";
import type { CallSite } from "./call-sites.ts";
import { importPosition, missingExport } from "./imports.ts";
import type { ModuleFinder } from "./modules.ts";
import { uncallable } from "./not-a-function.ts";
import { ANONYMOUS, beginsElsewhere, inFunction, parseStack } from "./stack.ts";
import type { SyntaxProblem } from "./syntax-problem.ts";

/** What the prelude says of an error (stdlib/javascript/report.js). */
export interface ErrorDescription {
  readonly name: string;
  /** The name of its class, whose constructor's frames are not of interest. */
  readonly class: string;
  readonly message: string;
  readonly code?: string;
  /** In wire form. */
  readonly details: unknown;
  /** Absent where there was no memory left to write one. */
  readonly stack?: string;
  /** Whether an Error was thrown, another object, or something else. */
  readonly thrown: "error" | "object" | "other";
}

/** An error that nothing caught, as a failure. `findProblem` parses a source again that has a syntax error. */
export function uncaughtFailure(
  error: ErrorDescription,
  modules: ModuleFinder,
  refused: boolean,
  findProblem: (source: string) => SyntaxProblem | undefined,
): Failure {
  const stack = parseStack(error.stack, modules, (site) => makesError(site, error, modules));
  while (stack.length > 1 && stack[0]?.name !== "" && stack[0]?.name === error.class) stack.shift();
  const first = stack[0];
  const unread = error.name === "SyntaxError" ? syntaxFailure(error, first, modules, findProblem) : undefined;
  if (unread !== undefined) return unread;
  const missing = error.name === "ReferenceError" ? /^(\S+) is not defined$/.exec(error.message)?.[1] : undefined;
  const callee = first && isNoFunction(error, modules) ? uncallable(first, modules) : undefined;
  const position = first === undefined ? placeOfImport(error, modules) : exactPosition(first, error, modules, callee);
  const top = first && position && placeFrame(first, position, modules);
  return {
    code: error.code ?? limitCode(error, refused) ?? "script.error",
    message: cutMessage(describeError(error, callee?.callee)),
    details: readDetails(error.details),
    stack: top === undefined ? stack : [top, ...stack.slice(1)],
    ...(position === undefined ? {} : { position }),
    ...(missing === undefined ? {} : { missing }),
  };
}

/** The first frame with its exact place, which may tell that it is no main part. */
function placeFrame(frame: StackFrame, { line, column }: SourcePosition, modules: ModuleFinder): StackFrame {
  const place = { ...frame, line, column };
  return frame.name === "" && inFunction(place, modules) ? { ...place, name: ANONYMOUS } : place;
}

/** Whether a call among those around the first place made the error: a constructor's, or that of a bridge that failed. */
function makesError(site: CallSite, error: ErrorDescription, modules: ModuleFinder): boolean {
  if (error.message === NO_FUNCTION || wordOf(error) !== undefined) return false;
  return site.name === error.class || (error.code !== undefined && modules.isGranted(site.callee));
}

const NO_FUNCTION = "not a function";

/** Whether the script itself called what is no function: functions of the VM say the same of their arguments. */
function isNoFunction({ name, message, stack }: ErrorDescription, modules: ModuleFinder): boolean {
  return name === "TypeError" && message === NO_FUNCTION && !beginsElsewhere(stack ?? "", modules);
}

/** An error of a source that cannot be parsed, or whose imports cannot be joined; undefined where it is another's. */
function syntaxFailure(
  error: ErrorDescription,
  first: StackFrame | undefined,
  modules: ModuleFinder,
  findProblem: (source: string) => SyntaxProblem | undefined,
): Failure | undefined {
  const at = (file: string, { message, line, column }: SyntaxProblem): Failure => {
    const position = { file, line, column };
    return { code: "script.syntax", message: cutMessage(message), details: null, position, stack: [] };
  };
  if (first !== undefined) {
    if (!isCompileError(error.stack ?? "", modules)) return undefined;
    return at(first.file, findProblem(modules.text(first.file)) ?? { ...first, message: error.message });
  }
  const unmet = missingExport(error.message, modules);
  if (unmet !== undefined) {
    const hint = unmet.meant === undefined ? "" : `; did you mean "${unmet.meant}"?`;
    return at(unmet.position.file, { message: error.message + hint, ...unmet.position });
  }
  // What QuickJS finds after parsing has no place: the sources are tried one by one.
  if (error.stack !== "") return undefined;
  for (const file of modules.sources.keys()) {
    const problem = findProblem(modules.text(file));
    if (problem?.message === error.message) return at(file, problem);
  }
  return undefined;
}

/** Where the import stands of a module that is not there. */
function placeOfImport({ code }: ErrorDescription, modules: ModuleFinder): SourcePosition | undefined {
  return code === "script.module-not-found" ? importPosition(modules) : undefined;
}

/** The parser's errors stand in a line of their own without a function's name; JSON.parse's have frames. */
function isCompileError(stack: string, modules: ModuleFinder): boolean {
  const file = /^ {4}at ([^(\n]+):\d+:\d+(?:\n|$)/.exec(stack)?.[1];
  return file !== undefined && modules.sources.has(file);
}

function limitCode(error: ErrorDescription, refused: boolean): string | undefined {
  if (error.name === "InternalError" && error.message === "out of memory") return "limit.memory";
  // What could not be written any more is left out: the stack, or the message.
  const isCut = error.stack === undefined || (error.name === "InternalError" && error.message === "");
  if (refused && isCut) return "limit.memory";
  // There was no room for the error itself.
  if (error.thrown === "other" && /^(?:null|undefined)$/.test(error.message) && refused) return "limit.memory";
  if (error.name === "RangeError" && error.message === "Maximum call stack size exceeded") return "limit.stack";
  return undefined;
}

/** The message with the kind of the error before it, as people know it; `callee` is what was called and is no function. */
export function describeError(error: ErrorDescription, callee?: string): string {
  if (error.thrown === "other") return `Uncaught ${error.message}`;
  if (error.name === "" || error.name === "Error" || error.code !== undefined) return error.message || "Error";
  return `${error.name}: ${callee === undefined ? "" : `${callee} is `}${error.message}`;
}

/** How far below the place that QuickJS noted the exact one is looked for. */
const MAX_LINES = 40;

/**
 * QuickJS notes places of statements and calls, not of every operation: what a global's name or a property's
 * speaks of stands at or after the last place that it noted.
 */
function exactPosition(
  frame: StackFrame,
  error: ErrorDescription,
  modules: ModuleFinder,
  callee: CallSite | undefined,
): SourcePosition {
  const plain = { file: frame.file, line: frame.line, column: frame.column };
  const source = modules.file(frame.file);
  if (callee !== undefined) return { file: frame.file, ...source.place(callee.at) };
  const word = wordOf(error);
  if (word === undefined) return plain;
  const { lines } = source;
  for (let index = frame.line - 1; index < Math.min(lines.length, frame.line + MAX_LINES); index++) {
    word.lastIndex = index === frame.line - 1 ? frame.column - 1 : 0;
    const found = word.exec(lines[index] ?? "");
    if (found !== null) return { file: frame.file, line: index + 1, column: found.index + 1 };
  }
  return plain;
}

/** What to look for in the source: the global or the property that the message names. */
function wordOf({ name, message }: ErrorDescription): RegExp | undefined {
  const global = name === "ReferenceError" ? /^(\S+) is not (?:defined|initialized)$/.exec(message)?.[1] : undefined;
  if (global !== undefined) return new RegExp(`(?<![\\w$.])${RegExp.escape(global)}(?![\\w$])`, "g");
  const property = /^cannot (?:read|set) property '(.+)' of (?:null|undefined)$/.exec(message)?.[1];
  if (name !== "TypeError" || property === undefined) return undefined;
  return new RegExp(`(?<=\\.\\s*|\\[\\s*["']?)${RegExp.escape(property)}(?![\\w$])`, "g");
}

function readDetails(wire: unknown): Value {
  try {
    return decodeValue(wire ?? null, "details");
  } catch {
    return null;
  }
}
