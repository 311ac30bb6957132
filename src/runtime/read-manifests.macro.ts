import type { Manifest } from "../contract/manifest.ts";
import * as bridges from "../bridges/index.ts";
import { ENGINES } from "../engines/index.ts";
// Not by the folder's door: behind it are macros, and a macro cannot hold others.
import { readManifest } from "../profile/read-manifest.ts";
import { readSpells } from "./read-spells.macro.ts";

/** The manifests of the example spells, read and checked while the binary is built: YAML need not be loaded for them. */
export async function readManifests(): Promise<Record<string, Manifest>> {
  const catalogue = { bridges: Object.values(bridges).map(({ name }) => name), engines: ENGINES.map(({ id }) => id) };
  const manifests: Record<string, Manifest> = {};
  for (const [file, text] of Object.entries(readSpells())) {
    const [name = "", rest] = file.split("/");
    if (rest === "spell.yaml") manifests[name] = await readManifest({ file, text }, catalogue);
  }
  return structuredClone(manifests);
}
