import type { Bridge } from "../contract/bridge.ts";
import type { Naming } from "../contract/engine.ts";
import type { Surface } from "../contract/message.ts";
import type { Profile } from "../contract/profile.ts";
import type { RunInfo } from "../contract/run.ts";
import { surfaceOf, type ModuleTable } from "../gate/index.ts";
import { BRIDGES } from "./catalog.ts";
import { makeTables } from "./make-tables.macro.ts" with { type: "macro" };

const TABLES: Readonly<Record<string, string>> = makeTables();

/** What exists for a spell, of the bridges of this binary. */
export function runSurface(profile: Profile, run: RunInfo): Surface {
  return surfaceOf(BRIDGES, profile, run, tableOf);
}

function tableOf({ name }: Bridge, naming: Naming): ModuleTable {
  return JSON.parse(TABLES[`${naming} ${name}`] ?? "null") as ModuleTable;
}
