import { findSpell, loadSpell } from "../find-spell.ts";
import type { LoadedSpell } from "../spell-source.ts";

/** A spell from a file or by its name. Throws `spell.not-found` and what else is wrong with it. */
export async function loadFile(reference: string, maxBytes: number): Promise<LoadedSpell> {
  return loadSpell(await findSpell(reference, { engine: undefined, maxBytes }), maxBytes);
}
