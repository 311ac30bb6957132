import { constants as sqlite, Database } from "bun:sqlite";
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { SpellError } from "../../contract/errors.ts";
import { systemCode } from "../files/file-errors.ts";
import { toStoreError } from "./store-error.ts";
import { SqliteSchemas } from "./sqlite-schemas.ts";
import { APPLICATION_ID, FORM, TABLES } from "./tables.ts";

/** How long one process waits for another that writes, in ms. */
const PATIENCE = 5000;

/** Bytes that a file may have. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Opens a file of schemas, and makes it where it is missing. Throws `schema.store`. */
export function openSchemaFile(path: string): SqliteSchemas {
  try {
    // Links are the person's on the way to the file; the file itself may be none, which another might have put there.
    const file = join(realpathSync(dirname(path)), basename(path));
    makeSure(file);
    accessSync(file, constants.R_OK | constants.W_OK);
    const database = new Database(file, sqlite.SQLITE_OPEN_READWRITE | sqlite.SQLITE_OPEN_NOFOLLOW);
    try {
      // What the file says is not trusted: it may be anybody's.
      database.run(`PRAGMA trusted_schema=OFF;PRAGMA cell_size_check=ON;PRAGMA busy_timeout=${PATIENCE}`);
      requireOurs(database, path);
      database.run("PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON");
      database.run(`PRAGMA max_page_count=${Math.floor(MAX_BYTES / numberOf(database, "page_size"))}`);
      return new SqliteSchemas(database, path);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw toStoreError(error, path);
  }
}

/** The file is there and no link, and nothing that belongs to it was taken away. */
function makeSure(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    if (existsSync(`${file}-wal`)) throw notAsWritten(file, `it is missing, and "${file}-wal" is there`);
    return createFile(file);
  }
  if (found.isSymbolicLink()) {
    throw new SpellError("schema.store", `"${file}" is a link, which is not followed`, {
      fix: "Name the file itself in the profile.",
    });
  }
  if (found.isDirectory()) throw new SpellError("schema.store", `"${file}" is a folder, not a file of schemas`);
  if (found.size === 0) throw notAsWritten(file, "it is empty; remove it to begin anew");
  requireLog(file);
}

/**
 * SQLite removes its index before its log. Where only the index is, somebody took the log away, and with it versions
 * whose numbers would be given again.
 */
function requireLog(file: string): void {
  // Another process may be opening or closing it at this moment.
  for (let attempt = 0; attempt < 3; attempt++) {
    if (!existsSync(`${file}-shm`) || existsSync(`${file}-wal`)) return;
    Bun.sleepSync(1);
  }
  throw notAsWritten(file, `"${file}-wal" is missing, and with it the latest versions`);
}

/** Makes an empty file beside its place, whole before it has its name: nobody finds half of one. */
function createFile(file: string): void {
  const draft = `${file}.${process.pid}.${crypto.randomUUID()}.new`;
  closeSync(openSync(draft, "wx", 0o600));
  try {
    const database = new Database(draft, { readwrite: true, create: false });
    try {
      database.run(
        `BEGIN;${TABLES.join(";")};PRAGMA application_id=${APPLICATION_ID};PRAGMA user_version=${FORM};COMMIT`,
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

/** Never replaces a file that is there: then another process was first. */
function giveName(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    const code = systemCode(error) ?? "";
    if (code === "EEXIST") return;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(code)) throw error;
    // A file system without links.
    copyFileSync(draft, file, constants.COPYFILE_EXCL);
  }
}

function requireOurs(database: Database, file: string): void {
  if (numberOf(database, "application_id") !== APPLICATION_ID) {
    throw new SpellError("schema.store", `"${file}" is no file of schemas: another program wrote it`, {
      fix: "Name another file in the profile; a missing one is made.",
    });
  }
  const form = numberOf(database, "user_version");
  if (form !== FORM) {
    const age = form > FORM ? "a newer" : "an older";
    const message = `"${file}" was written by ${age} llmspell: it has form ${form}, and this one knows ${FORM}`;
    throw new SpellError("schema.store", message, { fix: "Use the llmspell that wrote it, or name another file." });
  }
  // Nothing else may be there: no trigger, no view, no other table.
  const tables = database.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").values();
  if (JSON.stringify(tables.map(([sql]) => sql)) !== JSON.stringify(TABLES)) {
    throw notAsWritten(file, "its tables are others");
  }
}

function notAsWritten(file: string, why: string): SpellError {
  return new SpellError("schema.store", `"${file}" is not as it was written: ${why}`);
}

function numberOf(database: Database, pragma: string): number {
  const statement = database.prepare(`PRAGMA ${pragma}`);
  const [row] = statement.values();
  statement.finalize();
  return Number(row?.[0]);
}
