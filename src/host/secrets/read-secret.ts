import { isAbsolute } from "node:path";
import { SpellError } from "../../contract/errors.ts";
import type { SecretGrant } from "../../contract/profile.ts";
import type { Environment } from "../environment.ts";
import { readText } from "../read-text.ts";
import { readKeychain, type Found } from "./read-keychain.ts";

/** Of a file with a secret, in bytes. */
const MAX_FILE = 64 * 1024;

/** The value of one secret, from where its profile says that it is. Paths must be resolved already. */
export async function readSecret(grant: SecretGrant, environment: Environment): Promise<Found> {
  const { from, name } = grant;
  const found = from === "env" ? fromEnvironment(name, environment) : await READERS[from](name);
  // No header can hold these, and where one gets in by chance it ends the header.
  if ("value" in found && /[\0\r\n]/.test(found.value)) return { reason: "it has more than one line" };
  return found;
}

function fromEnvironment(name: string, environment: Environment): Found {
  const value = environment(name);
  return value === undefined ? { reason: `${name} is not set in the environment` } : { value };
}

const READERS: Readonly<Record<"file" | "keychain", (name: string) => Promise<Found>>> = {
  file: fromFile,
  keychain: readKeychain,
};

async function fromFile(path: string): Promise<Found> {
  if (!isAbsolute(path)) return { reason: `"${path}" is no whole path` };
  try {
    const text = await readText(path, MAX_FILE);
    if (text === undefined) return { reason: `there is no file "${path}"` };
    const value = text.replace(/\r?\n$/, "");
    return value === "" ? { reason: `the file "${path}" is empty` } : { value };
  } catch (error) {
    if (error instanceof SpellError) return { reason: `the file "${path}" cannot be read` };
    throw error;
  }
}
