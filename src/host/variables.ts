import type { Variables } from "../contract/variables.ts";
import { readEnvironmentFile } from "./environment.ts";

/** What {@link openVariables} goes by. */
export interface VariablesOptions {
  /** The file of `NAME=value` lines that the person named. */
  readonly environmentFile?: string | undefined;
  /** The variables that hold keys and secrets. */
  readonly keys: Iterable<string>;
}

/** The environment of this process, and over it the file's variables, as spells may be granted them. */
export async function openVariables({ environmentFile, keys }: VariablesOptions): Promise<Variables> {
  const fromFile =
    environmentFile === undefined ? new Map<string, string>() : await readEnvironmentFile(environmentFile);
  // Windows takes names in any case.
  const secret = new Set([...keys].map((name) => name.toUpperCase()));
  return {
    get: (name) => fromFile.get(name) ?? process.env[name],
    names: () => [...new Set([...fromFile.keys(), ...Object.keys(process.env)])].sort(),
    isKey: (name) => secret.has(name.toUpperCase()),
  };
}
