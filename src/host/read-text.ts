import { readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import type { ErrorCode } from "../contract/error-codes.ts";
import { SpellError, type SpellErrorOptions } from "../contract/errors.ts";
import { formatBytes } from "../contract/quantity.ts";

/** One read of what is no file on a disk, in bytes. */
const READ_SIZE = 64 * 1024;

/** The code of what cannot be read of a spell itself. */
const SOURCE = "spell.unreadable";

/**
 * The text of a UTF-8 file, or undefined where there is no such file. Throws `code` for all else; of a source (unless
 * told what else it is) `spell.unreadable`, and `limit.source` where it is too large. No more is read than `maxBytes`.
 */
export async function readText(path: string, maxBytes: number, code: ErrorCode = SOURCE): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    const info = statSync(path);
    if (info.isDirectory()) throw unreadable(path, code, "it is a folder", { details: IS_FOLDER });
    if (info.size > maxBytes) throw tooLarge(`"${path}"`, maxBytes, code);
    // A file is there at once, and another thread's word of it is not; a pipe may keep everybody waiting.
    bytes = info.isFile() ? readFileSync(path) : await readWaiting(path, maxBytes);
  } catch (error) {
    if (error instanceof SpellError) throw error;
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    const reason = errorCode(error) === "EACCES" ? "permission denied" : String(error);
    throw unreadable(path, code, reason, { cause: error });
  }
  if (bytes.length > maxBytes) throw tooLarge(`"${path}"`, maxBytes, code);
  return decodeText(bytes, path, code);
}

/** The text on standard input. Throws as {@link readText} does of a source. */
export async function readStandardInput(maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of Bun.stdin.stream()) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge("Standard input", maxBytes, SOURCE);
    chunks.push(chunk);
  }
  return decodeText(Buffer.concat(chunks), "standard input");
}

/** What a pipe or device gives, in a thread that may wait for it; a little more than `maxBytes` at most. */
async function readWaiting(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const chunks: Uint8Array[] = [];
    for (let size = 0; size <= maxBytes;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(READ_SIZE));
      if (bytesRead === 0) break;
      size += bytesRead;
      chunks.push(buffer.subarray(0, bytesRead));
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

/** Bytes as text, without a byte order mark. Throws `code` naming the line of the first byte that is not UTF-8. */
export function decodeText(bytes: Uint8Array, path: string, code: ErrorCode = SOURCE): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const good = new TextDecoder("utf-8").decode(bytes);
    const line = good.slice(0, good.indexOf("\uFFFD")).split("\n").length;
    throw new SpellError(code, `"${path}" is not UTF-8 text`, {
      position: { file: path, line, column: 0 },
      fix: "Save the file as UTF-8",
    });
  }
}

function tooLarge(what: string, maxBytes: number, code: ErrorCode): SpellError {
  const message = `${what} is larger than ${formatBytes(maxBytes)}, the most that is read of it`;
  if (code !== SOURCE) return new SpellError(code, message, { fix: "Make it smaller" });
  return new SpellError("limit.source", message, { details: { limit: "source", value: maxBytes } });
}

/** What is in the details of the error for a folder. */
const IS_FOLDER = { folder: true };

/** Whether an error of {@link readText} says that a folder has that name. */
export function isFolderError(error: unknown): boolean {
  return error instanceof SpellError && error.details === IS_FOLDER;
}

function unreadable(path: string, code: ErrorCode, reason: string, options: SpellErrorOptions): SpellError {
  return new SpellError(code, `Cannot read "${path}": ${reason}`, {
    fix: "Check the path and permissions",
    ...options,
  });
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
