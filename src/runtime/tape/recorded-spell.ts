import { SpellError } from "../../contract/errors.ts";
import type { StartEntry } from "../../contract/journal.ts";
import type { ValueMap } from "../../contract/value.ts";
import { runSurface } from "../run-surface.ts";
import { ENGINES, engineOf } from "../catalog.ts";
import type { LoadedSpell } from "../spell-source.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** The spell as it was when the run was recorded. Throws `engine.unknown` where this binary has not its engine. */
export function recordedSpell({ spell, message }: StartEntry): LoadedSpell {
  const engine = ENGINES.find(({ id }) => id === spell.engine);
  if (engine === undefined) {
    throw new SpellError("engine.unknown", `The run was recorded with the engine "${spell.engine}", which is not here`);
  }
  const { name, version, description, path, sources, shown } = spell;
  return {
    ...{ name, engine, path, program: message.program },
    sources: new Map(Object.entries(sources)),
    shown: new Map(Object.entries(shown)),
    manifest: { version, description, needs: [] },
  };
}

/** A record as if its run had been that of another spell, and with other parameters. */
export function withSpell(
  record: RecordedRun,
  { name, engine, path, program, sources, shown, manifest }: LoadedSpell,
  parameters: StartEntry["message"]["parameters"] = record.start.message.parameters,
): RecordedRun {
  const { start } = record;
  const spell = {
    ...{ name, version: manifest.version, description: manifest.description, engine: engine.id, path },
    sources: Object.fromEntries(sources),
    shown: Object.fromEntries(shown),
  };
  const message = { ...start.message, program, parameters };
  return { ...record, start: withSurface({ ...start, message, spell }) };
}

/** A start whose surface is that of its spell and parameters: the script reads them as constants. */
export function withSurface(start: StartEntry): StartEntry {
  const { spell, profile, message } = start;
  const naming = engineOf(spell.engine).naming;
  const { name, version, description } = spell;
  const parameters = message.parameters as ValueMap;
  const surface = runSurface(profile, { id: "", spell: name, version, description, parameters, naming });
  return { ...start, message: { ...message, surface } };
}
