import { SpellError, type SourcePosition } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import { BUILT_IN_PROFILES } from "./built-in-texts.ts";
import { expandBridges } from "./expand-bridges.ts";
import { besideFile, cleanPath, isPath } from "./file-path.ts";
import { mergeProfiles } from "./merge.ts";
import { parseYaml } from "./read-yaml.ts";
import type { YamlMap } from "./yaml-tree.ts";

/** How many profiles may extend one another. */
export const MAX_EXTENDS = 16;

/** Gives a file's text, or undefined where there is no such file. Paths are as written, joined to the file that names them. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** The profiles that the project file itself holds. */
export interface InlineProfiles {
  readonly file: string;
  readonly profiles: ReadonlyMap<string, YamlMap>;
}

/** Where profiles are looked for. */
export interface ProfilePlaces {
  readonly builtIn: (name: string) => YamlMap | undefined;
  readonly read: ReadText;
  readonly inline?: InlineProfiles | undefined;
  /** What `"*"` under `bridges` grants, by the bridge's name. */
  readonly everything: Readonly<Record<string, object>>;
}

/** One document of a chain: `id` is what cycles are found by. */
interface Document {
  readonly id: string;
  readonly tree: YamlMap;
  readonly kind: "built in" | "inline" | "file";
  /** The file that relative paths in it start from. */
  readonly base: string;
}

/** A profile's name or path, and the document that extends it: absent where the person asks. */
interface Reference {
  readonly name: string;
  readonly from?: { readonly document: Document; readonly position: SourcePosition };
}

/** The profile that `name` names, merged with all that it extends. */
export async function loadProfileTree(name: string, places: ProfilePlaces): Promise<YamlMap> {
  const chain: Document[] = [];
  for (let next: Reference | undefined = { name }; next !== undefined; next = parentOf(chain.at(-1))) {
    const document = await findDocument(next, places);
    checkChain(document, chain, next);
    chain.push(document);
  }
  let merged: YamlMap | undefined;
  for (const { tree } of chain.toReversed()) merged = mergeProfiles(merged, expandBridges(tree, places.everything));
  return merged as YamlMap;
}

function parentOf(document: Document | undefined): Reference | undefined {
  const parent = document?.tree.entries.get("extends");
  if (document === undefined || parent === undefined) return undefined;
  const { value, key } = parent;
  if (value.kind === "scalar" && value.value === null) return undefined;
  if (value.kind === "scalar" && typeof value.value === "string" && value.value !== "") {
    return { name: value.value, from: { document, position: value.position } };
  }
  const fix = 'Write "extends: standard" or "extends: ./other.yaml"';
  throw new SpellError("profile.invalid", "extends must be the name or path of one profile", { position: key, fix });
}

async function findDocument(reference: Reference, places: ProfilePlaces): Promise<Document> {
  const { name, from } = reference;
  if (isPath(name)) return readDocument(reference, places);
  const builtIn = places.builtIn(name);
  if (builtIn !== undefined) return { id: builtIn.position.file, tree: builtIn, kind: "built in", base: "" };
  // A file of its own does not know who includes it, so the project's names mean nothing in it.
  const inline = from === undefined || from.document.kind === "inline" ? places.inline : undefined;
  const tree = inline?.profiles.get(name);
  if (inline !== undefined && tree !== undefined)
    return { id: `profile ${name}`, tree, kind: "inline", base: inline.file };
  throw unknownProfile(reference, inline);
}

async function readDocument({ name, from }: Reference, { read }: ProfilePlaces): Promise<Document> {
  const path = from === undefined ? cleanPath(name) : besideFile(from.document.base, name);
  const text = await read(path);
  if (text !== undefined) {
    return { id: path, tree: await parseYaml({ file: path, text }, "profile.invalid"), kind: "file", base: path };
  }
  const by = from === undefined ? "" : `, which ${from.document.id} extends`;
  const fix = "Paths begin in the folder of the file that names them";
  const where = from === undefined ? {} : { position: from.position, fix };
  throw new SpellError("profile.not-found", `There is no profile file "${path}"${by}`, where);
}

function unknownProfile({ name, from }: Reference, inline: InlineProfiles | undefined): SpellError {
  const known = [...BUILT_IN_PROFILES, ...(inline?.profiles.keys() ?? [])];
  const near = nearest(name, known);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return new SpellError("profile.not-found", `Unknown profile "${name}"${hint}`, {
    fix: `The profiles are ${known.join(", ")}; a file is named by its path, such as ./${name}.yaml`,
    ...(from === undefined ? {} : { position: from.position }),
  });
}

function checkChain(document: Document, chain: readonly Document[], { from }: Reference): void {
  const shown = [...chain, document].map(({ id }) => id).join(" → ");
  const where = from === undefined ? {} : { position: from.position };
  if (chain.some(({ id }) => id === document.id)) {
    throw new SpellError("profile.invalid", `A profile extends itself: ${shown}`, where);
  }
  if (chain.length >= MAX_EXTENDS) {
    throw new SpellError("profile.invalid", `More than ${MAX_EXTENDS} profiles extend one another: ${shown}`, where);
  }
}
