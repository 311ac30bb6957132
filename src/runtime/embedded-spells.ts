import { readSpells } from "./read-spells.macro.ts" with { type: "macro" };

/** The example spells inside of the binary, by path below `spells/`. */
export const EMBEDDED_SPELLS: Readonly<Record<string, string>> = readSpells();
