import type { Bridge } from "../contract/bridge.ts";
import * as bridges from "../bridges/index.ts";
import { NAMINGS } from "../contract/engine.ts";
// Not by the folder's door: a macro loads what it needs and no more.
import { moduleTable } from "../gate/surface.ts";

/** The tables of all modules in each way of naming, as JSON: made while the binary is built, as they are the same in every run. */
export function makeTables(): Record<string, string> {
  const list: readonly Bridge[] = Object.values(bridges);
  const tables = NAMINGS.flatMap((naming) =>
    list.map((bridge) => [`${naming} ${bridge.name}`, JSON.stringify(moduleTable(bridge, naming))]),
  );
  return Object.fromEntries(tables) as Record<string, string>;
}
