import type { ErrorCode } from "./error-codes.ts";
import { ErrorValue, type Value } from "./value.ts";

/** A place in a spell's or a profile's text. Lines and columns count from 1; `column` is 0 where unknown. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One level of the script's own stack, innermost first. `name` is empty for the main chunk. */
export interface StackFrame extends SourcePosition {
  readonly name: string;
}

/** What a {@link SpellError} may carry beside its code and message. */
export interface SpellErrorOptions {
  /** The error that led to this one; never shown to scripts. */
  readonly cause?: unknown;
  /** What a script or `--json` may want to read: names, numbers, the limit's value. Must be a plain value. */
  readonly details?: Value;
  /** Where in a spell, profile or manifest. */
  readonly position?: SourcePosition;
  /** The script's own stack, innermost first. */
  readonly stack?: readonly StackFrame[];
  /** One sentence: what would fix it. Overrides the general advice of the code. */
  readonly fix?: string;
}

/** No error's message is longer, in characters; nested re-wrapping would otherwise grow without bound. */
export const MAX_MESSAGE_LENGTH = 4096;

/**
 * The one error of the project: a stable code, a message in sentence case without a full stop, and where it
 * happened. Everything that reaches a script or a person is one of these.
 */
export class SpellError extends Error {
  override readonly name = "SpellError";
  readonly details: Value;
  readonly position: SourcePosition | undefined;
  readonly frames: readonly StackFrame[];
  readonly fix: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: SpellErrorOptions = {},
  ) {
    super(cutMessage(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.details = options.details ?? null;
    this.position = options.position;
    this.frames = options.stack ?? [];
    this.fix = options.fix;
  }
}

/** Cuts a message to {@link MAX_MESSAGE_LENGTH}. */
export function cutMessage(message: string): string {
  return message.length <= MAX_MESSAGE_LENGTH ? message : `${message.slice(0, MAX_MESSAGE_LENGTH - 1)}…`;
}

/**
 * How a run failed, as data: what an engine sends in `failure`, and what crosses the process boundary.
 * `code` is one of ours, or whatever code the script gave its own error.
 */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: Value;
  readonly position?: SourcePosition;
  readonly stack: readonly StackFrame[];
  readonly fix?: string;
  /** The name of a global that the script used and that does not exist; the host knows whether it could be granted. */
  readonly missing?: string;
}

/** A {@link SpellError} as data. Anything else that was thrown is an `internal` failure without its stack. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof SpellError)) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { code: "internal", message: cutMessage(message), details: null, stack: [] };
  }
  return {
    code: error.code,
    message: error.message,
    details: error.details,
    stack: error.frames,
    ...(error.position === undefined ? {} : { position: error.position }),
    ...(error.fix === undefined ? {} : { fix: error.fix }),
  };
}

/** What a script sees of a failed call. */
export function toErrorValue(error: unknown): ErrorValue {
  if (error instanceof ErrorValue) return error;
  const failure = toFailure(error);
  return new ErrorValue(failure.code, failure.message, failure.details);
}
