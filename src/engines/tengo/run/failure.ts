import type { CompiledCode } from "../compile/function-code.ts";
import { TengoLimit, TengoRuntimeError, WrongArgumentCount, WrongArgumentType, type TengoFrame } from "../errors.ts";
import { describePosition } from "../syntax/position.ts";
import { typeName, type HostFunction, type NativeFunction, type TengoValue } from "../values.ts";
import type { Fiber } from "./fiber.ts";

/** A fiber that has come to its end by an error of the script, or by a limit. */
export interface Failure {
  readonly kind: "failed";
  readonly fiber: Fiber;
  readonly message: string;
  /** Where it happened, and from where that was called: innermost first. */
  readonly trace: readonly TengoFrame[];
  /** The limit that was reached, where it was one. */
  readonly limit: TengoLimit | undefined;
  /** That of a {@link TengoRuntimeError}. */
  readonly code: TengoRuntimeError["code"];
}

/** What the reference prints of a failure. */
export function describeRuntimeError(failure: Failure): string {
  const places = failure.trace.map((position) => `\n\tat ${describePosition(position)}`);
  return `Runtime Error: ${failure.message}${places.join("")}`;
}

/** The failure of a fiber by whatever was thrown. */
export function failureOf(fiber: Fiber, error: unknown): Failure {
  const limit = limitOf(error);
  const code = error instanceof TengoRuntimeError ? error.code : undefined;
  return { kind: "failed", fiber, message: limit?.message ?? messageOf(error), trace: traceOf(fiber), limit, code };
}

function limitOf(error: unknown): TengoLimit | undefined {
  if (error instanceof TengoLimit) return error;
  // A string or an array that the JavaScript engine cannot hold.
  return error instanceof RangeError ? new TengoLimit("limit.memory", "a value is too large") : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof TengoRuntimeError ? error.message : `internal error: ${String(error)}`;
}

/** Where a fiber stands: innermost first. */
export function traceOf(fiber: Fiber): TengoFrame[] {
  const trace = [frameAt(fiber.current.code as CompiledCode, fiber.place)];
  for (let depth = fiber.depth - 1; depth > 0; depth--) {
    trace.push(frameAt(fiber.callers[depth]!.code as CompiledCode, fiber.links[depth * 2]!));
  }
  return trace;
}

function frameAt(code: CompiledCode, place: number): TengoFrame {
  return { ...code.positionOf(place), name: code.name };
}

/** The messages of failed calls. */
export const describeFailure = {
  notCallable: (value: TengoValue): string => `not callable: ${typeName(value)}`,
  notArray: (value: TengoValue): string => `not an array: ${typeName(value)}`,
  /** What a function threw over its arguments, with its name where the message needs it. */
  ofNative: (error: unknown, callee: NativeFunction | HostFunction): unknown => {
    const name = typeName(callee);
    if (error instanceof WrongArgumentCount) {
      return new TengoRuntimeError(`wrong number of arguments in call to '${name}'`);
    }
    if (!(error instanceof WrongArgumentType)) return error;
    const { argument, expected, found } = error;
    return new TengoRuntimeError(
      `invalid type for argument '${argument}' in call to '${name}': expected ${expected}, found ${found}`,
    );
  },
};
