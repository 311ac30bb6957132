import type { Bridge, BridgeFunction, BridgeMethod } from "../contract/bridge.ts";
import type { Naming } from "../contract/engine.ts";
import type { FunctionSurface, HandleSurface, ModuleSurface, Surface } from "../contract/message.ts";
import type { Profile } from "../contract/profile.ts";
import type { RunInfo } from "../contract/run.ts";
import type { Value } from "../contract/value.ts";
import { guestName } from "./call.ts";

/** What exists for a spell: the granted modules, in the names of its language. `tables` gives what of a module is the same in every run. */
export function surfaceOf(
  bridges: ReadonlyMap<string, Bridge>,
  profile: Profile,
  run: RunInfo,
  tables: (bridge: Bridge, naming: Naming) => ModuleTable = moduleTable,
): Surface {
  const surface: Record<string, ModuleSurface> = {};
  for (const name of Object.keys(profile.bridges)) {
    const bridge = bridges.get(name);
    if (bridge !== undefined) surface[name] = { values: valuesOf(bridge, run), ...tables(bridge, run.naming) };
  }
  return surface;
}

function valuesOf(bridge: Bridge, run: RunInfo): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(bridge.values ?? {}))
    values[guestName(name, run.naming)] = value.read(run);
  return values;
}

/** What of a module depends on nothing but the way in which its language writes names. */
export type ModuleTable = Pick<ModuleSurface, "functions" | "handles">;

/** The functions and kinds of handles of a module. */
export function moduleTable(bridge: Bridge, naming: Naming): ModuleTable {
  const iterable = new Set(
    Object.entries(bridge.handles ?? {})
      .filter(([, handle]) => handle.next !== undefined)
      .map(([kind]) => kind),
  );
  const handles: Record<string, HandleSurface> = {};
  for (const [kind, handle] of Object.entries(bridge.handles ?? {})) {
    handles[kind] = {
      methods: functionsOf(handle.methods, naming, iterable),
      ...(handle.next === undefined ? {} : { next: guestName(handle.next, naming) }),
      ...(handle.close === undefined ? {} : { close: guestName(handle.close, naming) }),
    };
  }
  return { functions: functionsOf(bridge.functions, naming, iterable), handles };
}

function functionsOf(
  functions: Readonly<Record<string, BridgeFunction | BridgeMethod>>,
  naming: Naming,
  iterable: ReadonlySet<string>,
): Record<string, FunctionSurface> {
  const result: Record<string, FunctionSurface> = {};
  for (const [name, definition] of Object.entries(functions)) {
    result[guestName(name, naming)] = {
      name,
      ...(definition.text === undefined ? {} : { text: definition.text }),
      ...(definition.opens !== undefined && iterable.has(definition.opens) ? { iterable: true } : {}),
      ...(definition.keeps && { keeps: definition.keeps }),
      ...("local" in definition && definition.local !== undefined ? { local: definition.local } : {}),
    };
  }
  return result;
}
