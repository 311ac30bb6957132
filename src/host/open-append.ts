import { closeSync, openSync, writeSync } from "node:fs";
import { SpellError } from "../contract/errors.ts";

/** A file that is only added to. */
export interface AppendFile {
  append(text: string): void;
  close(): void;
}

/** Opens a file of the person's own for adding to, for nobody else to read. */
export function openAppend(path: string): AppendFile {
  const descriptor = open(path);
  return {
    append: (text) => void writeSync(descriptor, text),
    close: () => closeSync(descriptor),
  };
}

function open(path: string): number {
  try {
    return openSync(path, "a", 0o600);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new SpellError("usage", `Cannot write to "${path}": ${reason}`, { cause: error });
  }
}
