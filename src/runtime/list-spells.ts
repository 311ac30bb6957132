import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { embeddedNames, findSpell } from "./find-spell.ts";

/** One spell that can be run by its name. */
export interface ListedSpell {
  readonly name: string;
  readonly description: string;
  /** Ids of the engines that it has a main file for. */
  readonly engine: string;
  /** A path, or `built in`. */
  readonly path: string;
}

const MAX_SOURCE = 1024 * 1024;

/** The spells of ./spells and those in the binary, each name once. One whose spell.yaml is wrong is left out. */
export async function listSpells(): Promise<ListedSpell[]> {
  const folders = await readdir("spells", { withFileTypes: true }).catch(() => []);
  const own = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const listed: ListedSpell[] = [];
  for (const name of [...new Set([...own.sort(), ...embeddedNames()])]) {
    try {
      const reference = own.includes(name) ? join("spells", name) : name;
      const found = await findSpell(reference, { maxBytes: MAX_SOURCE });
      listed.push({ name, description: found.manifest.description, engine: found.engine.id, path: found.path });
    } catch {
      // `check` says what is wrong with it.
    }
  }
  return listed;
}
