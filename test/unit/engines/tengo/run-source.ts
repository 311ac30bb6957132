/** Runs Tengo source on the machine alone, without an engine around it. */
import { fromText, toText } from "../../../../src/engines/tengo/byte-strings.ts";
import { compileProgram } from "../../../../src/engines/tengo/compile/index.ts";
import { TengoSourceError } from "../../../../src/engines/tengo/errors.ts";
import { toText as textOf } from "../../../../src/engines/tengo/forms/index.ts";
import { MODULES, SOURCE_MODULES } from "../../../../src/engines/tengo/modules/index.ts";
import { describeRuntimeError, Machine, Meter, type MeterOptions } from "../../../../src/engines/tengo/run/index.ts";

/** The text of the global `out` after a run, or of the error that ended it. */
export function runSource(source: string, options: MeterOptions = {}): string {
  try {
    const program = compileProgram(fromText(source), {
      nativeModules: Object.keys(MODULES),
      sourceModules: SOURCE_MODULES,
    });
    const machine = new Machine(program, new Meter({ fuel: 50_000_000, ...options }), { modules: MODULES });
    const outcome = machine.startMain();
    if (outcome.kind === "done") return toText(textOf(machine.global("out")));
    return outcome.kind === "call" ? `called ${outcome.function.title}` : toText(describeRuntimeError(outcome));
  } catch (error) {
    if (error instanceof TengoSourceError) return toText(error.text);
    throw error;
  }
}
