import { cutMessage, SpellError, type Failure, type SourcePosition, type StackFrame } from "../../contract/errors.ts";
import { ErrorValue } from "../../contract/value.ts";
import { toText } from "./byte-strings.ts";
import { TengoLimit, TengoSourceError, type TengoRuntimeError, type TengoFrame, type TengoPosition } from "./errors.ts";

/** How many levels of a stack are shown. */
const MAX_FRAMES = 64;

/** A source that cannot be parsed or compiled, as a failure. `text` gives a file's source, for the column in characters. */
export function sourceFailure(error: TengoSourceError, text: (file: string) => string | undefined): Failure {
  const message = cutMessage(toText(error.message));
  const missing = /^unresolved reference '(.*)'$|^module '(.*)' not found$/.exec(message);
  const name = missing?.[1] ?? missing?.[2];
  const fix = name === undefined ? undefined : INSTEAD[name];
  return {
    code: missing?.[2] === undefined ? "script.syntax" : "script.module-not-found",
    message,
    details: null,
    position: inCharacters(error.position, text),
    stack: [],
    ...(name === undefined ? {} : { missing: name }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Names that people look for, and what to use. */
const INSTEAD: Readonly<Record<string, string>> = {
  print: 'Use fmt := import("fmt") and fmt.println',
  println: 'Use fmt := import("fmt") and fmt.println',
  printf: 'Use fmt := import("fmt") and fmt.printf',
};

/** A fault at run time, as a failure. */
export function runtimeFailure(
  { message, code: own }: Pick<TengoRuntimeError, "message" | "code">,
  trace: readonly TengoFrame[],
  text: (file: string) => string | undefined,
): Failure {
  const stack = stackOf(trace, text);
  const code = own ?? (message === "stack overflow" ? "limit.stack" : "script.error");
  return { code, message: cutMessage(toText(message)), details: null, stack, ...placeOf(stack) };
}

/** An error value that ends a spell or a task. */
export function errorFailure(
  { code, message, details }: ErrorValue,
  trace: readonly TengoFrame[],
  text: (file: string) => string | undefined,
): Failure {
  const stack = stackOf(trace, text);
  return { code, message: cutMessage(message), details, stack, ...placeOf(stack) };
}

/** What ended the run from inside of the host: a limit, an error of ours, or a defect. */
export function hostFailure(
  error: unknown,
  trace: readonly TengoFrame[],
  text: (file: string) => string | undefined,
): Failure {
  const stack = stackOf(trace, text);
  const place = placeOf(stack);
  if (error instanceof TengoLimit) return { code: error.code, message: error.message, details: null, stack, ...place };
  if (error instanceof SpellError) {
    return { code: error.code, message: error.message, details: error.details, stack, ...place };
  }
  const message = cutMessage(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return { code: "internal", message, details: null, stack, ...place };
}

/** Where the script's own sources made a call: a function of a standard module may have made it for them. */
export function callPosition(
  trace: readonly TengoFrame[],
  text: (file: string) => string | undefined,
): SourcePosition | undefined {
  const frame = trace.find(({ file }) => text(toText(file)) !== undefined);
  return frame && inCharacters(frame, text);
}

function stackOf(trace: readonly TengoFrame[], text: (file: string) => string | undefined): StackFrame[] {
  return trace.slice(0, MAX_FRAMES).map((frame) => ({ name: nameOf(frame), ...inCharacters(frame, text) }));
}

function nameOf({ name }: TengoFrame): string {
  if (name === undefined) return "";
  return name === "" ? "<anonymous>" : toText(name);
}

function placeOf(stack: readonly StackFrame[]): { position?: SourcePosition } {
  const [first] = stack;
  return first === undefined ? {} : { position: { file: first.file, line: first.line, column: first.column } };
}

/** Tengo counts columns in bytes, everybody else here in characters. */
function inCharacters(position: TengoPosition, text: (file: string) => string | undefined): SourcePosition {
  const file = toText(position.file);
  const { line, column } = position;
  const source = text(file)?.split("\n")[line - 1] ?? "";
  let bytes = 1;
  let characters = 1;
  for (const character of source) {
    if (bytes >= column) break;
    bytes += bytesOf(character);
    characters += character.length;
  }
  return { file, line, column: bytes >= column ? characters : column };
}

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
