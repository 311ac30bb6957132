import { SpellError } from "../contract/errors.ts";
import { readText } from "./read-text.ts";

/** Largest --env-file, in bytes. */
const MAX_FILE = 256 * 1024;

/** Variables by name: those of the process, and over them those of a file that the person named. */
export type Environment = (name: string) => string | undefined;

/** The environment of this process with an optional file of `NAME=value` lines. Nothing is loaded that was not named. */
export async function openEnvironment(file: string | undefined): Promise<Environment> {
  const fromFile = file === undefined ? new Map<string, string>() : await readEnvironmentFile(file);
  return (name) => {
    const value = fromFile.get(name) ?? process.env[name];
    return value === "" ? undefined : value;
  };
}

/** The variables of a file, or `environment.file`. */
export async function readEnvironmentFile(file: string): Promise<Map<string, string>> {
  const text = await readText(file, MAX_FILE).catch((error: unknown) => {
    throw new SpellError("environment.file", `Cannot read "${file}"`, { cause: error });
  });
  if (text === undefined) throw new SpellError("environment.file", `There is no file "${file}"`);
  return parseEnvironment(text, file);
}

/** Lines of `NAME=value`, `export NAME='value'` and comments, as dotenv has them. No variable is expanded. */
export function parseEnvironment(text: string, file: string): Map<string, string> {
  const variables = new Map<string, string>();
  text.split(/\r?\n/).forEach((line, index) => {
    if (/^\s*(#|$)/.test(line)) return;
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match === null) {
      throw new SpellError("environment.file", "Expected NAME=value", {
        position: { file, line: index + 1, column: 1 },
      });
    }
    variables.set(match[1] ?? "", unquote(match[2] ?? ""));
  });
  return variables;
}

function unquote(text: string): string {
  const quoted = /^(["'`])(.*)\1(?:\s+#.*)?$/s.exec(text);
  if (quoted === null) return text.replace(/\s+#.*$/, "");
  const inner = quoted[2] ?? "";
  return quoted[1] === '"' ? inner.replaceAll("\\n", "\n") : inner;
}
