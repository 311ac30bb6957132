import type { CallbackEntry, ReturnEntry, StartEntry } from "../../contract/journal.ts";
import type { ErrorValue, Value } from "../../contract/value.ts";
import type { Redactor } from "../../gate/index.ts";
import type { Sent } from "./recorded-run.ts";

/** Takes secrets out of what a journal keeps. Answers and callbacks went to the script without them already. */
export function cleanEntry(
  redactor: Redactor | undefined,
): <T extends Sent | ReturnEntry | CallbackEntry>(entry: T) => T {
  if (redactor === undefined) return (entry) => entry;
  return (entry) => clean(entry, redactor) as typeof entry;
}

/** The first entry without secrets, where a person wrote one into the source or a parameter. */
export function cleanStart(entry: StartEntry, redactor: Redactor | undefined): StartEntry {
  if (redactor === undefined) return entry;
  const without = <T>(part: T) => redactor.value(part as Value) as T;
  const { message, spell } = entry;
  const { program, parameters, surface } = message;
  const clean = { program: without(program), parameters: without(parameters), surface: without(surface) };
  return { ...entry, message: { ...message, ...clean }, spell: without(spell) };
}

function clean(entry: Sent | ReturnEntry | CallbackEntry, redactor: Redactor): Sent | ReturnEntry | CallbackEntry {
  switch (entry.type) {
    case "call":
      return { ...entry, args: redactor.value(entry.args) as readonly Value[] };
    case "returned":
      if (entry.error !== undefined) return { ...entry, error: redactor.value(entry.error) as ErrorValue };
      return { ...entry, value: redactor.value(entry.value ?? null) };
    case "result":
      return { ...entry, value: redactor.value(entry.value) };
    case "failure":
      return { ...entry, failure: redactor.failure(entry.failure) };
    default:
      return entry;
  }
}
