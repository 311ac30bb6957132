import { SpellError } from "../contract/errors.ts";

/** What the system's codes mean to a person. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EFBIG: "the file would be larger than is allowed here",
  EIO: "the disk or device failed (EIO)",
  EROFS: "the disk can only be read",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "there is no such folder",
  ENOTDIR: "there is no such folder",
  EISDIR: "it is a folder",
};

/** Those that another name would mend. */
const WRONG_NAME: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EISDIR"]);

/** The error for what could not be written: `target` is a file's name in quotes, or `standard output`. */
export function writeFault(target: string, error: unknown): SpellError {
  const code = codeOf(error);
  const reason = REASONS[code] ?? (code === "" ? String(error) : code);
  return new SpellError(WRONG_NAME.has(code) ? "usage" : "output.write", `Cannot write to ${target}: ${reason}`, {
    cause: error,
    ...(WRONG_NAME.has(code) ? { fix: "Name another file" } : {}),
  });
}

/** The system's code of an error, such as `ENOSPC`; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
