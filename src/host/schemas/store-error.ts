import { SpellError } from "../../contract/errors.ts";
import { systemCode } from "../files/file-errors.ts";

/** What completes `"x" …: `, by the beginning of SQLite's or the system's name for it, the longer before the shorter. */
const REASONS: readonly (readonly [prefix: string, reason: string])[] = [
  ["SQLITE_BUSY", "cannot be used: another process holds it"],
  ["SQLITE_LOCKED", "cannot be used: another process holds it"],
  ["SQLITE_READONLY", "cannot be used: it may only be read"],
  ["SQLITE_CANTOPEN", "cannot be opened: the system does not permit it"],
  ["SQLITE_NOTADB", "is no file of schemas: it is no SQLite file"],
  ["SQLITE_CORRUPT", "is not as it was written: it is damaged"],
  ["SQLITE_FORMAT", "is not as it was written: it is damaged"],
  ["SQLITE_IOERR_SHORT_READ", "is not as it was written: it ends too early"],
  ["SQLITE_IOERR", "cannot be used: the system could not read or write it"],
  ["SQLITE_ERROR", "is not as it was written: its tables are others"],
  ["SQLITE_CONSTRAINT", "is not as it was written: what it holds does not fit together"],
  ["EACCES", "cannot be opened: permission denied"],
  ["EPERM", "cannot be opened: permission denied"],
  ["EROFS", "cannot be made: the file system may only be read"],
  ["ENOSPC", "cannot be made: the disk is full"],
  ["ENOENT", "cannot be made: its folder does not exist"],
  ["ENOTDIR", "cannot be made: it is in no folder"],
];

/** Whatever SQLite or the system threw, as an error that names the file and what is wrong with it. */
export function toStoreError(error: unknown, file: string): SpellError {
  if (error instanceof SpellError) return error;
  const code = systemCode(error) ?? "";
  if (code.startsWith("SQLITE_FULL")) {
    return new SpellError("limit.state", `"${file}" is full, or the disk is`, { cause: error });
  }
  const reason = REASONS.find(([prefix]) => code.startsWith(prefix))?.[1];
  const said = error instanceof Error ? error.message : String(error);
  return new SpellError("schema.store", `"${file}" ${reason ?? `cannot be used: ${said}`}`, { cause: error });
}
