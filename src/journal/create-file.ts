import { Database } from "bun:sqlite";
import { closeSync, constants, copyFileSync, linkSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { APPLICATION_ID, SCHEMA, USER_VERSION } from "./schema.ts";

/**
 * Makes an empty journal: beside its place, and whole before it gets its name, so that of many processes that begin
 * at once each finds either none or a complete one. What is private to the person stays so.
 */
export function createFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${crypto.randomUUID()}.new`;
  closeSync(openSync(draft, "wx", 0o600));
  try {
    const database = new Database(draft, { readwrite: true, create: false });
    try {
      // Pages that are free can be given back later; it must be said before the first table.
      database.run("PRAGMA auto_vacuum=INCREMENTAL");
      database.run(
        `BEGIN;${SCHEMA};PRAGMA application_id=${APPLICATION_ID};PRAGMA user_version=${USER_VERSION};COMMIT`,
      );
      database.run("PRAGMA journal_mode=WAL");
    } finally {
      database.close(true);
    }
    giveName(draft, file);
  } finally {
    for (const rest of ["", "-wal", "-shm", "-journal"]) rmSync(`${draft}${rest}`, { force: true });
  }
}

/** Never replaces a file that is there: then somebody else was first. */
function giveName(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS") throw error;
    // A file system without links.
    copyFileSync(draft, file, constants.COPYFILE_EXCL);
  }
}
