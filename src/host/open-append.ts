import { closeSync, open, writeSync } from "node:fs";
import { SpellError } from "../contract/errors.ts";

/** A file that is only added to. */
export interface AppendFile {
  append(text: string): void;
  close(): void;
}

/** Opens a file of the person's own for adding to, for nobody else to read. A pipe is waited for, until somebody reads it. */
export async function openAppend(path: string): Promise<AppendFile> {
  const descriptor = await openFile(path);
  return {
    append: (text) => void writeSync(descriptor, text),
    close: () => closeSync(descriptor),
  };
}

async function openFile(path: string): Promise<number> {
  try {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    open(path, "a", 0o600, (fault, descriptor) => (fault === null ? resolve(descriptor) : reject(fault)));
    return await promise;
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new SpellError("usage", `Cannot write to "${path}": ${reason}`, { cause: error });
  }
}
