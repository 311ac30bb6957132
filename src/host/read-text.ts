import { readFileSync, statSync } from "node:fs";
import { SpellError, type SpellErrorOptions } from "../contract/errors.ts";

/** The text of a UTF-8 file, or undefined where there is no such file. Throws `spell.unreadable` for all else. */
export async function readText(path: string, maxBytes: number): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    const info = statSync(path);
    if (info.isDirectory()) throw unreadable(path, "it is a folder", { details: IS_FOLDER });
    if (info.size > maxBytes) throw tooLarge(path, maxBytes);
    // A file is there at once, and another thread's word of it is not; a pipe may keep everybody waiting.
    bytes = info.isFile() ? readFileSync(path) : await Bun.file(path).bytes();
  } catch (error) {
    if (error instanceof SpellError) throw error;
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw unreadable(path, errorCode(error) === "EACCES" ? "permission denied" : String(error), { cause: error });
  }
  if (bytes.length > maxBytes) throw tooLarge(path, maxBytes);
  return decodeText(bytes, path);
}

/** Bytes as text, without a byte order mark. Throws `spell.unreadable` naming the line of the first byte that is not UTF-8. */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const good = new TextDecoder("utf-8").decode(bytes);
    const line = good.slice(0, good.indexOf("\uFFFD")).split("\n").length;
    throw new SpellError("spell.unreadable", `"${path}" is not UTF-8 text`, {
      position: { file: path, line, column: 0 },
    });
  }
}

function tooLarge(path: string, maxBytes: number): SpellError {
  return new SpellError("limit.source", `"${path}" is larger than limits.source = ${maxBytes} bytes`, {
    details: { limit: "source", value: maxBytes },
  });
}

/** What is in the details of the error for a folder. */
const IS_FOLDER = { folder: true };

/** Whether an error of {@link readText} says that a folder has that name. */
export function isFolderError(error: unknown): boolean {
  return error instanceof SpellError && error.details === IS_FOLDER;
}

function unreadable(path: string, reason: string, options: SpellErrorOptions): SpellError {
  return new SpellError("spell.unreadable", `Cannot read "${path}": ${reason}`, options);
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
