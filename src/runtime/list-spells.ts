import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { toFailure } from "../contract/errors.ts";
import { embeddedNames, findSpell } from "./find-spell.ts";
import { spellVariants } from "./spell-variants.ts";

/** One spell that can be run by its name. */
export interface ListedSpell {
  readonly name: string;
  readonly description: string;
  /** One entry a main file; the first is the one that runs unless told. */
  readonly variants: readonly { readonly engine: string; readonly file: string }[];
  /** Its folder, or `built in`. */
  readonly path: string;
  /** Why it cannot be run: its spell.yaml is wrong, or it has no main file. */
  readonly problem?: string;
}

const MAX_SOURCE = 1024 * 1024;

/** The spells of ./spells and those in the binary, each name once. */
export async function listSpells(): Promise<ListedSpell[]> {
  const folders = await readdir("spells", { withFileTypes: true }).catch(() => []);
  const own = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const names = [...new Set([...own.sort(), ...embeddedNames()])];
  return Promise.all(names.map((name) => listSpell(name, own.includes(name))));
}

async function listSpell(name: string, isOwn: boolean): Promise<ListedSpell> {
  const reference = isOwn ? join("spells", name) : name;
  const path = isOwn ? reference : "built in";
  try {
    const found = await findSpell(reference, { maxBytes: MAX_SOURCE });
    const variants = await spellVariants(found, reference);
    return {
      name,
      description: found.manifest.description,
      variants: variants.map(({ engine, main }) => ({ engine: engine.id, file: main })),
      path,
    };
  } catch (error) {
    return { name, description: "", variants: [], path, problem: toFailure(error).message };
  }
}
