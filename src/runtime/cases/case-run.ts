import { exitStatus } from "../../contract/error-codes.ts";
import { toJson } from "../../contract/plain-json.ts";
import type { Value, ValueMap } from "../../contract/value.ts";
import { decodeValue } from "../../contract/wire.ts";
import type { Outcome } from "../outcome.ts";
import type { CaseCall, CaseRun, CaseTask } from "./case-task.ts";

/** The parameters of a task; none where it names none. */
export function givenParameters({ parameters }: CaseTask): ValueMap {
  return parameters === undefined ? {} : (decodeValue(parameters) as Readonly<Record<string, Value>>);
}

/** What a run printed. */
export class Printed {
  readonly #pieces = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };

  add(stream: "stdout" | "stderr", text: string | Uint8Array): void {
    this.#pieces[stream].push(typeof text === "string" ? Buffer.from(text) : text.slice());
  }

  /** As text: what is not UTF-8 is shown as U+FFFD. */
  text(stream: "stdout" | "stderr"): string {
    return new TextDecoder().decode(Buffer.concat(this.#pieces[stream]));
  }
}

/** An outcome as a case sees it. */
export function toCaseRun({ id, failure, result, usage }: Outcome, printed: Printed, calls: CaseCall[]): CaseRun {
  return {
    id,
    failure: failure && { ...failure, details: toJson(failure.details) as Value },
    status: failure === undefined ? 0 : exitStatus(failure.code),
    result: toJson(result),
    output: printed.text("stdout"),
    stderr: printed.text("stderr"),
    calls,
    usage,
  };
}
