import { accessSync, constants, statSync } from "node:fs";
import type { ErrorCode } from "../contract/error-codes.ts";
import { SpellError } from "../contract/errors.ts";

/** What was being done when the database failed. */
export type Doing = "open" | "read" | "write";

interface Fault {
  /** Completes "The journal "x" cannot be …: ". */
  readonly because: string;
  readonly damaged?: true;
}

/** By the beginning of SQLite's name for it, the longer before the shorter. */
const FAULTS: readonly (readonly [prefix: string, Fault])[] = [
  ["SQLITE_FULL", { because: "the disk is full" }],
  ["SQLITE_BUSY", { because: "another process holds it" }],
  ["SQLITE_LOCKED", { because: "another process holds it" }],
  ["SQLITE_READONLY", { because: "it may only be read" }],
  ["SQLITE_PERM", { because: "permission denied" }],
  ["SQLITE_AUTH", { because: "permission denied" }],
  ["SQLITE_CANTOPEN", { because: "the system does not let it be opened" }],
  ["SQLITE_TOOBIG", { because: "an entry is larger than SQLite can keep" }],
  ["SQLITE_NOTADB", { because: "it is no SQLite file", damaged: true }],
  ["SQLITE_CORRUPT", { because: "its pages are not what was written", damaged: true }],
  ["SQLITE_FORMAT", { because: "its pages are not what was written", damaged: true }],
  ["SQLITE_IOERR_SHORT_READ", { because: "it ends too early", damaged: true }],
  ["SQLITE_IOERR_CORRUPTFS", { because: "its file system is damaged", damaged: true }],
  ["SQLITE_IOERR_DATA", { because: "its pages are not what was written", damaged: true }],
  ["SQLITE_IOERR", { because: "the system could not read or write it" }],
  // A table that is missing or has another form: nobody but us writes them.
  ["SQLITE_ERROR", { because: "its tables are not what was written", damaged: true }],
  ["SQLITE_CONSTRAINT", { because: "another process wrote into the run" }],
];

/** Whatever bun:sqlite or the system threw, as an error that says what is wrong with which file. */
export function toJournalError(error: unknown, file: string, doing: Doing): SpellError {
  if (error instanceof SpellError) return error;
  const name = error instanceof Error && "code" in error ? String(error.code) : "";
  const fault = FAULTS.find(([prefix]) => name.startsWith(prefix))?.[1];
  const details = { file, reason: name };
  if (fault?.damaged) {
    return new SpellError("journal.damaged", `The journal "${file}" is damaged: ${fault.because}`, {
      cause: error,
      details,
    });
  }
  const refused = name.startsWith("SQLITE_CANTOPEN") ? whyNotOpened(file) : undefined;
  const because =
    refused ?? fault?.because ?? systemReason(name) ?? (error instanceof Error ? error.message : String(error));
  const code: ErrorCode = doing === "write" ? "journal.write" : "journal.open";
  const verb = doing === "open" ? "opened" : doing === "read" ? "read" : "written";
  return new SpellError(code, `The journal "${file}" cannot be ${verb}: ${because}`, { cause: error, details });
}

/** SQLite does not say why it could not open a file; the system does, where it is asked itself. */
function whyNotOpened(file: string): string | undefined {
  try {
    if (statSync(file).isDirectory()) return systemReason("EISDIR");
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return systemReason(error instanceof Error && "code" in error ? String(error.code) : "");
  }
}

/** Of the system's own errors, those that a person meets. */
function systemReason(name: string): string | undefined {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "the file system may only be read",
    ENOSPC: "the disk is full",
    EDQUOT: "the quota is used up",
    ENOTDIR: "a file is where a folder should be",
    EISDIR: "a folder is where a file should be",
    ENAMETOOLONG: "its path is too long",
    ELOOP: "its path has too many links",
    ENOENT: "there is no such file",
  };
  return reasons[name];
}
