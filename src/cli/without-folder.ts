import { SpellError } from "../contract/errors.ts";

/** The same error, unless it is the system's word that somebody has taken the current folder away. */
export function withoutFolder(error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || error.syscall !== "uv_cwd") return error;
  return new SpellError("usage", "The current folder is not there any more", {
    cause: error,
    fix: "Change into a folder that is there",
  });
}
