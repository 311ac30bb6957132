import { join } from "node:path";
import { engineOf, engineOfFile } from "./catalog.ts";
import { mainFiles, type FoundSpell } from "./find-spell.ts";

/** A spell in every language that it has a main file for; a spell that was named by its file stands alone. */
export async function spellVariants(found: FoundSpell, reference: string): Promise<FoundSpell[]> {
  if (found.path === reference) return [found];
  const { manifest, folder } = found;
  const mains = await mainFiles(folder, manifest);
  return mains.map((main) => {
    const engine = manifest.engine === undefined ? engineOfFile(main)?.engine : engineOf(manifest.engine);
    const path = found.path === BUILT_IN ? BUILT_IN : join(found.path, "..", main);
    return { ...found, main, path, engine: engine ?? found.engine };
  });
}

/** The path of a spell that is inside of the binary. */
const BUILT_IN = "built in";
