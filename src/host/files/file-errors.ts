import { SpellError } from "../../contract/errors.ts";

/** What is being done, as messages say it: `Cannot read "x": …`. */
export type Verb = "read" | "list" | "look at" | "search" | "write" | "append to" | "remove" | "move" | "make";

/** What one call is about, for its messages. */
export interface Subject {
  readonly verb: Verb;
  /** As the script wrote it. */
  readonly path: string;
}

/** `Cannot read "x": …`; only what the script itself said is named. */
export function cannot({ verb, path }: Subject, reason: string): string {
  const shown = path.length > 200 ? `${path.slice(0, 199)}…` : path;
  return `Cannot ${verb} ${JSON.stringify(shown)}: ${reason}`;
}

/** A path that is none. */
export function badPath(subject: Subject, reason: string): SpellError {
  return new SpellError("call.arguments", cannot(subject, reason));
}

/** The system's error as one of ours. */
export function fileError(error: unknown, subject: Subject): unknown {
  const known = systemCode(error) === undefined ? undefined : ERRORS[systemCode(error) ?? ""];
  if (known !== undefined) return new SpellError(known.code, cannot(subject, known.reason), { cause: error });
  if (error instanceof SpellError || !isSystemError(error)) return error;
  return new SpellError("files.failed", cannot(subject, String(error.code)), { cause: error });
}

/** `ENOENT` and the like; undefined for what is no error of the system's. */
export function systemCode(error: unknown): string | undefined {
  return isSystemError(error) ? error.code : undefined;
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && !(error instanceof SpellError) && "code" in error && typeof error.code === "string";
}

type FileErrorCode = "files.not-found" | "files.exists" | "files.kind" | "files.failed";

const ERRORS: Readonly<Record<string, { readonly code: FileErrorCode; readonly reason: string }>> = {
  ENOENT: { code: "files.not-found", reason: "it does not exist" },
  EEXIST: { code: "files.exists", reason: "it exists already" },
  ENOTDIR: { code: "files.kind", reason: "part of the path is no folder" },
  EISDIR: { code: "files.kind", reason: "it is a folder" },
  ENOTEMPTY: { code: "files.kind", reason: "the folder is not empty" },
  ELOOP: { code: "files.failed", reason: "too many links" },
  EACCES: { code: "files.failed", reason: "the system does not permit it" },
  EPERM: { code: "files.failed", reason: "the system does not permit it" },
  EROFS: { code: "files.failed", reason: "the file system is read-only" },
  ENOSPC: { code: "files.failed", reason: "no space is left" },
  EDQUOT: { code: "files.failed", reason: "no space is left" },
  ENAMETOOLONG: { code: "files.failed", reason: "the name is too long" },
  EXDEV: { code: "files.failed", reason: "it is on another file system; read and write it instead" },
  EINVAL: { code: "files.failed", reason: "the system finds it invalid" },
  EMFILE: { code: "files.failed", reason: "too many files are open" },
};
