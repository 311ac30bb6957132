import { stripTypes } from "../host/strip-types.ts";
import { readSpells } from "./read-spells.macro.ts";

/** The TypeScript of the example spells as JavaScript: the stripper is slow to load, and these need it only once. */
export async function stripSpells(): Promise<Record<string, string>> {
  const stripped: Record<string, string> = {};
  for (const [file, text] of Object.entries(readSpells())) {
    if (file.endsWith(".ts")) stripped[file] = await stripTypes(text, file);
  }
  return structuredClone(stripped);
}
