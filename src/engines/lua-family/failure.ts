import { cutMessage, SpellError, type Failure, type SourcePosition, type StackFrame } from "../../contract/errors.ts";
import { ErrorValue, type Value } from "../../contract/value.ts";
import { endOfText, faultColumn, type IsRefused } from "./fault-column.ts";
import { LuaLimit, type LuaFrame } from "./vm.ts";

/** The chunk name of the prelude: its frames are not the script's. */
export const PRELUDE_CHUNK = "=llmspell";

/** How many levels of a stack are looked at, and shown. */
export const MAX_FRAMES = 64;

/** The script's own stack: frames of its chunks, innermost first. */
export function scriptStack(frames: readonly LuaFrame[], sources: ReadonlyMap<string, string>): StackFrame[] {
  const stack: StackFrame[] = [];
  for (const frame of frames) {
    if (!frame.source.startsWith("@") || frame.line === 0) continue;
    const file = frame.source.slice(1);
    stack.push({
      name: frame.main ? "" : frame.name || "<anonymous>",
      ...locate(file, frame.line, sources),
    });
  }
  return stack;
}

/** Lua knows lines only: the column is that of the line's first character. */
function locate(file: string, line: number, sources: ReadonlyMap<string, string>): SourcePosition {
  const text = sources.get(file)?.split("\n")[line - 1] ?? "";
  return { file, line, column: text.search(/\S/) + 1 };
}

/** Where on the line it is what the message speaks of. */
function locateFault(
  file: string,
  line: number,
  message: string,
  sources: ReadonlyMap<string, string>,
  isRefused?: IsRefused,
): SourcePosition {
  const source = sources.get(file) ?? "";
  if (message.endsWith("near <eof>") && source.trim() !== "") return { file, ...endOfText(source) };
  return { file, line, column: faultColumn(source, line, message, isRefused) };
}

/** Splits `file:12: message` where `file` is one of the script's chunks as Lua shortens their names. */
function splitMessage(
  text: string,
  sources: ReadonlyMap<string, string>,
): { file: string; line: number; rest: string } | undefined {
  for (const file of sources.keys()) {
    // lua.h: LUA_IDSIZE 60; a longer name keeps its end after "...".
    const shown = file.length > 58 ? `...${file.slice(-(59 - 3))}` : file;
    if (!text.startsWith(`${shown}:`)) continue;
    const match = /^(\d+): ?/.exec(text.slice(shown.length + 1));
    if (match === null) continue;
    return { file, line: Number(match[1]), rest: text.slice(shown.length + 1 + match[0].length) };
  }
  return undefined;
}

/** Where the script's own sources made a call, from its innermost level on. */
export function callPosition(
  frameAt: (level: number) => LuaFrame | undefined,
  sources: ReadonlyMap<string, string>,
): SourcePosition | undefined {
  for (let level = 0; level < MAX_FRAMES; level++) {
    const frame = frameAt(level);
    if (frame === undefined) return undefined;
    const file = frame.source.slice(1);
    if (frame.source.startsWith("@") && sources.has(file)) return locate(file, frame.line, sources);
  }
  return undefined;
}

/** What Lua's parser said of a chunk, as a failure. `refusal` is what it says of another text of the same name. */
export function syntaxFailure(
  message: string,
  file: string,
  sources: ReadonlyMap<string, string>,
  refusal?: (source: string) => string | undefined,
): Failure {
  const split = splitMessage(message, sources);
  const rest = split?.rest ?? message;
  const isRefused = refusal && ((beginning: string) => refusal(beginning) === message);
  const position = locateFault(split?.file ?? file, split?.line ?? 1, rest, sources, isRefused);
  return { code: "script.syntax", message: cutMessage(rest), details: null, position, stack: [] };
}

/** Removed or never granted names that people look for, and what to use. */
const INSTEAD: Readonly<Record<string, string>> = {
  io: "Use print or spell.output to write, spell.input to read",
  package: "Use require with the name of a file in the spell's folder",
  debug: "Not available in a spell",
  dofile: "Use require with the name of a file in the spell's folder",
  loadfile: "Use require with the name of a file in the spell's folder",
  loadstring: "Use load",
  unpack: "Use table.unpack",
};

/** An error that a script raised and nobody caught, as a failure. `value` is what it raised. */
export function uncaughtFailure(
  value: Value,
  frames: readonly LuaFrame[],
  sources: ReadonlyMap<string, string>,
): Failure {
  const stack = scriptStack(frames, sources);
  if (typeof value === "string") return textFailure(value, stack, sources);
  const position = stack[0] === undefined ? {} : { position: placeOf(stack[0]) };
  if (value instanceof ErrorValue) {
    // A module of the spell's own that does not parse: the message is Lua's, with its place.
    const split = value.code === "script.syntax" ? splitMessage(value.message, sources) : undefined;
    if (split !== undefined) return { ...syntaxFailure(value.message, split.file, sources), stack };
    return { code: value.code, message: cutMessage(value.message), details: value.details, stack, ...position };
  }
  const fields = value as Readonly<Record<string, Value>> | null;
  const code = typeof fields?.["code"] === "string" ? fields["code"] : "script.error";
  const message = typeof fields?.["message"] === "string" ? fields["message"] : describe(value);
  return { code, message: cutMessage(message), details: value, stack, ...position };
}

function textFailure(text: string, stack: readonly StackFrame[], sources: ReadonlyMap<string, string>): Failure {
  const split = splitMessage(text, sources);
  const message = split?.rest ?? text;
  const first = stack[0];
  const position = split
    ? locateFault(split.file, split.line, message, sources)
    : first && locateFault(first.file, first.line, message, sources);
  const missing = /\(global '(\w+)'\)/.exec(message)?.[1];
  const fix = missing === undefined ? undefined : INSTEAD[missing];
  return {
    code: codeOf(message),
    message: cutMessage(message),
    details: null,
    stack,
    ...(position === undefined ? {} : { position }),
    ...(missing === undefined ? {} : { missing }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function codeOf(message: string): "limit.memory" | "limit.stack" | "script.error" {
  if (message === "not enough memory") return "limit.memory";
  return /^(?:C )?stack overflow|^error in error handling/.test(message) ? "limit.stack" : "script.error";
}

function placeOf(frame: StackFrame): SourcePosition {
  return { file: frame.file, line: frame.line, column: frame.column };
}

function describe(value: Value): string {
  if (value === null) return "nil";
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What ended the run from inside of the host: a limit, or a defect of the VM. */
export function hostFailure(
  error: unknown,
  frames: readonly LuaFrame[],
  sources: ReadonlyMap<string, string>,
): Failure {
  const stack = scriptStack(frames, sources);
  const position = stack[0] === undefined ? {} : { position: placeOf(stack[0]) };
  if (error instanceof LuaLimit) return { code: error.code, message: error.message, details: null, stack, ...position };
  if (error instanceof SpellError) {
    return { code: error.code, message: error.message, details: error.details, stack, ...position };
  }
  if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError) {
    const message = "The script's calls nest too deeply for the virtual machine";
    return { code: "limit.stack", message, details: null, stack, ...position };
  }
  const message = cutMessage(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return { code: "internal", message, details: null, stack, ...position };
}
