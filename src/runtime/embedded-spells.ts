import type { Manifest } from "../contract/manifest.ts";
import { readManifests } from "./read-manifests.macro.ts" with { type: "macro" };
import { readSpells } from "./read-spells.macro.ts" with { type: "macro" };
import { stripSpells } from "./strip-spells.macro.ts" with { type: "macro" };

/** The example spells inside of the binary, by path below `spells/`. */
export const EMBEDDED_SPELLS: Readonly<Record<string, string>> = readSpells();

/** Their manifests, by the spell's name. */
export const EMBEDDED_MANIFESTS: Readonly<Record<string, Manifest>> = await readManifests();

/** Their TypeScript as JavaScript, by path. */
export const STRIPPED_SPELLS: Readonly<Record<string, string>> = await stripSpells();
