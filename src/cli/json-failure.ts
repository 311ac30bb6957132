import { ERROR_CODES, exitStatus, isErrorCode } from "../contract/error-codes.ts";
import { toFailure, type Failure, type SpellError } from "../contract/errors.ts";
import { toJson } from "./format-value.ts";
import type { Terminal } from "./terminal.ts";

/** Prints as `--json` has it what kept a run from beginning. Answers the exit status. */
export function printJsonFailure(terminal: Terminal, error: SpellError): number {
  const { stack: _stack, ...failure } = withFix(toFailure(error));
  terminal.out(`${JSON.stringify({ status: "failed", error: { ...failure, details: toJson(failure.details) } })}\n`);
  return exitStatus(failure.code);
}

/** A failure with what would mend it, as it is shown: its own advice, else its code's. */
export function withFix(failure: Failure): Failure {
  const { code } = failure;
  // What a script raised itself, it knows best.
  if (failure.fix !== undefined || code === "script.error" || !isErrorCode(code)) return failure;
  return { ...failure, fix: ERROR_CODES[code].fix };
}
