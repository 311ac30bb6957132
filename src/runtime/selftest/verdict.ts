import { ERROR_CODES, EXIT, isErrorCode } from "../../contract/error-codes.ts";
import type { ErrorCode } from "../../contract/error-codes.ts";

const VERDICTS = [
  "ok",
  "error",
  "denied",
  "limit:time",
  "limit:memory",
  "limit:instructions",
  "limit:output",
  "limit:calls",
  "limit:tokens",
  "limit:cost",
] as const;

/** How a case may end. */
export type Verdict = (typeof VERDICTS)[number];

/** Whether a text is one of the verdicts. */
export function isVerdict(text: string): text is Verdict {
  return (VERDICTS as readonly string[]).includes(text);
}

/** Codes that are more than an error; a size of arguments, parameters or source that is refused is just one. */
const BY_CODE: Readonly<Partial<Record<ErrorCode, Verdict>>> = {
  // "neither granted nor a file in the spell's own folder"
  "script.module-not-found": "denied",
  "limit.wall-time": "limit:time",
  "call.timeout": "limit:time",
  "limit.memory": "limit:memory",
  "limit.fuel": "limit:instructions",
  "limit.output": "limit:output",
  "limit.result": "limit:output",
  "limit.answer": "limit:output",
  "limit.frame": "limit:output",
  "limit.calls": "limit:calls",
  "limit.calls-in-flight": "limit:calls",
  "limit.llm-calls": "limit:calls",
  "limit.fibers": "limit:calls",
  "limit.handles": "limit:calls",
  "limit.tokens": "limit:tokens",
  "limit.usd": "limit:cost",
};

/** A defect, whatever a case accepts: the run did not end in an order of ours. */
const CRASHES: ReadonlySet<string> = new Set(["internal", "frame.malformed", "process.died"]);

/** The verdict on a run that ended with this code, or without one. */
export function verdictOf(code: string | undefined): Verdict | "crash" {
  if (code === undefined) return "ok";
  if (CRASHES.has(code)) return "crash";
  if (!isErrorCode(code)) return "error";
  const isDenied = ERROR_CODES[code].exit === EXIT.denied;
  return BY_CODE[code] ?? (isDenied ? "denied" : "error");
}
