import { existsSync } from "node:fs";
import { join } from "node:path";
import { toFailure } from "../contract/errors.ts";
import { embeddedNames, findSpell } from "./find-spell.ts";
import { ownFolders } from "./own-folders.ts";
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

/** The spells of ./spells and those in the binary, each name once. Where something here has the name, it is what runs. */
export async function listSpells(): Promise<ListedSpell[]> {
  const own = await ownFolders();
  const names = [...new Set([...own, ...embeddedNames()])];
  return Promise.all(names.map((name) => listSpell(name, own.includes(name))));
}

async function listSpell(name: string, isOwn: boolean): Promise<ListedSpell> {
  const isHere = existsSync(name);
  const reference = isHere ? `./${name}` : isOwn ? join("spells", name) : name;
  const path = isOwn || isHere ? reference : "built in";
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
