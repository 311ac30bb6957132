import { cutMessage, type Failure, type SourcePosition, type StackFrame } from "../../contract/errors.ts";
import type { Value } from "../../contract/value.ts";
import { decodeValue } from "../../contract/wire.ts";
import { OWN_SCHEME, type ModuleFinder } from "./modules.ts";
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

const MAX_FRAMES = 30;

/** QuickJS's stack text as frames of the script: those of the prelude and of native functions are left out. */
export function parseStack(text: string | undefined): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const line of (text ?? "").split("\n")) {
    const match = /^ {4}at (?:(.*?) \((.+):(\d+):(\d+)\)|(.+):(\d+):(\d+))$/.exec(line);
    if (match === null) continue;
    const file = match[2] ?? match[5] ?? "";
    if (file.startsWith(OWN_SCHEME)) continue;
    const name = match[1] === undefined || match[1].startsWith("<") ? "" : match[1];
    frames.push({ name, file, line: Number(match[3] ?? match[6]), column: Number(match[4] ?? match[7]) });
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}

/** Where the script's own sources made the call of that stack text. */
export function callPosition(text: string, { sources }: ModuleFinder): SourcePosition | undefined {
  const frame = parseStack(text).find(({ file }) => sources.has(file));
  return frame && { file: frame.file, line: frame.line, column: frame.column };
}

/** An error that nothing caught, as a failure. `findProblem` parses a source again that has a syntax error. */
export function uncaughtFailure(
  error: ErrorDescription,
  modules: ModuleFinder,
  refused: boolean,
  findProblem: (source: string) => SyntaxProblem | undefined,
): Failure {
  const stack = parseStack(error.stack);
  while (stack.length > 1 && stack[0]?.name !== "" && stack[0]?.name === error.class) stack.shift();
  const first = stack[0];
  if (error.name === "SyntaxError" && first !== undefined && isCompileError(error.stack ?? "", modules)) {
    const problem = findProblem(modules.text(first.file)) ?? { ...first, message: error.message };
    const position = { file: first.file, line: problem.line, column: problem.column };
    return { code: "script.syntax", message: cutMessage(problem.message), details: null, position, stack: [] };
  }
  const missing = error.name === "ReferenceError" ? /^(\S+) is not defined$/.exec(error.message)?.[1] : undefined;
  const position = first === undefined ? importPosition(error, modules) : exactPosition(first, error, modules);
  const top = first && position && { ...first, line: position.line, column: position.column };
  return {
    code: error.code ?? limitCode(error, refused) ?? "script.error",
    message: cutMessage(describeError(error, position, modules)),
    details: readDetails(error.details),
    stack: top === undefined ? stack : [top, ...stack.slice(1)],
    ...(position === undefined ? {} : { position }),
    ...(missing === undefined ? {} : { missing }),
  };
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

/** The message with the kind of the error before it, as people know it. */
export function describeError(error: ErrorDescription, position?: SourcePosition, modules?: ModuleFinder): string {
  if (error.thrown === "other") return `Uncaught ${error.message}`;
  if (error.name === "" || error.name === "Error" || error.code !== undefined) return error.message || "Error";
  const callee = error.message === "not a function" && position && modules && calleeAt(position, modules);
  return `${error.name}: ${callee ? `${callee} is ` : ""}${error.message}`;
}

function lineOf(position: SourcePosition, modules: ModuleFinder): string {
  return modules.text(position.file).split("\n")[position.line - 1] ?? "";
}

function calleeAt(position: SourcePosition, modules: ModuleFinder): string | undefined {
  const line = lineOf(position, modules);
  const before = /[\w$.]*$/.exec(line.slice(0, position.column - 1))?.[0] ?? "";
  const after = /^[\w$]*/.exec(line.slice(position.column - 1))?.[0] ?? "";
  return /^[A-Za-z_$]/.test(before + after) && after !== "" ? before + after : undefined;
}

/** How far below the place that QuickJS noted the exact one is looked for. */
const MAX_LINES = 40;

/**
 * QuickJS notes places of statements and calls, not of every operation: what a global's name or a property's
 * speaks of stands at or after the last place that it noted.
 */
function exactPosition(frame: StackFrame, error: ErrorDescription, modules: ModuleFinder): SourcePosition {
  const plain = { file: frame.file, line: frame.line, column: frame.column };
  const word = wordOf(error);
  if (word === undefined) return plain;
  const lines = modules.text(frame.file).split("\n");
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

/** Where the import stands that failed: such an error has no stack. */
function importPosition(error: ErrorDescription, modules: ModuleFinder): SourcePosition | undefined {
  const { missing } = modules;
  const source = missing && modules.sources.get(missing.importer);
  if (error.code !== "script.module-not-found" || missing === undefined || source === undefined) return undefined;
  const at = Math.max(source.indexOf(`"${missing.name}"`), source.indexOf(`'${missing.name}'`));
  if (at < 0) return undefined;
  const before = source.slice(0, at).split("\n");
  return { file: missing.importer, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function readDetails(wire: unknown): Value {
  try {
    return decodeValue(wire ?? null, "details");
  } catch {
    return null;
  }
}
