import { bridgeFunction, type Bridge, type BridgeFunction } from "../contract/bridge.ts";
import type { LogEntry } from "../contract/effects.ts";
import { shape, once, record, v, value } from "../contract/schema.ts";

/** One function a level: they differ in nothing else. */
function level(name: LogEntry["level"], doc: string): BridgeFunction {
  return bridgeFunction({
    doc,
    parameters: () => ({
      message: v.pipe(v.string(), v.description("What happened")),
      fields: v.optional(v.pipe(record(value()), v.description("More, by name"))),
    }),
    returns: () => v.null(),
    repeat: "safe",
    run({ message, fields }, { effects }) {
      effects.log({ level: name, message, fields: fields ?? {} });
      return null;
    },
  });
}

/** Lines for the person who runs the spell, apart from its output. */
export const log = {
  name: "log",
  doc: "Writes log lines to standard error, with fields. `run --log-level LEVEL` says which are shown.",
  capability: "run",
  grant: once(() => shape({})),
  functions: {
    debug: level("debug", "Logs something only of interest while looking for a fault."),
    info: level("info", "Logs that something happened."),
    warn: level("warn", "Logs that something is not as it should be."),
    error: level("error", "Logs that something failed."),
  },
} satisfies Bridge;
