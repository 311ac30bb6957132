import { constants as sqlite, Database } from "bun:sqlite";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { SpellError } from "../contract/errors.ts";
import { createFile } from "./create-file.ts";
import { toJournalError } from "./database-error.ts";
import { APPLICATION_ID, USER_VERSION } from "./schema.ts";
import { Store } from "./store.ts";

/** How a journal is opened. */
export interface JournalOptions {
  readonly file: string;
  /** Whether it is made where there is none; so unless told otherwise, but never where it is only read. */
  readonly create?: boolean;
  /** Each flush waits until the disk has it: what is written outlives a power failure, and not only a crash. */
  readonly synced?: boolean;
  /** Nothing is written. */
  readonly readonly?: boolean;
}

/** How long a process waits for another that writes, in ms. */
const PATIENCE = 5000;

/** Opens a journal's file. Throws `journal.open`, `journal.version` and `journal.damaged`. */
export function openStore(options: JournalOptions): Store {
  const { file, readonly: isReadonly = false, create = !isReadonly } = options;
  try {
    const isInUse = requireWal(file);
    const database = openDatabase(file, isReadonly, create);
    try {
      if (!isReadonly) requireWritable(file, isInUse);
      database.run(
        `PRAGMA busy_timeout=${PATIENCE};PRAGMA synchronous=${options.synced === true ? "FULL" : "NORMAL"};PRAGMA temp_store=MEMORY`,
      );
      requireVersion(database, file);
    } catch (error) {
      database.close();
      throw error;
    }
    return new Store(database, file, isReadonly);
  } catch (error) {
    throw toJournalError(error, file, "open");
  }
}

function openDatabase(file: string, isReadonly: boolean, create: boolean): Database {
  const open = () => (isReadonly ? openReadonly(file) : new Database(file, { readwrite: true, create: false }));
  try {
    return open();
  } catch (error) {
    // Another process may have made it just now.
    if (existsSync(file)) return open();
    if (!create)
      throw new SpellError("journal.open", `There is no journal "${file}"`, { cause: error, details: { file } });
    if (existsSync(`${file}-wal`) && !existsSync(file)) throw fileMissing(file);
    createFile(file);
    return open();
  }
}

/** To read a file in WAL mode SQLite makes a log beside it, unless it is told that nobody else can write it either. */
function openReadonly(file: string): Database {
  if (!existsSync(file) || existsSync(`${file}-wal`) || isWritable(dirname(file))) {
    return new Database(file, { readonly: true });
  }
  return new Database(`${pathToFileURL(file).href}?immutable=1`, sqlite.SQLITE_OPEN_READONLY | sqlite.SQLITE_OPEN_URI);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A new file beside the log of another would be filled with its pages. */
function fileMissing(file: string): SpellError {
  return new SpellError(
    "journal.damaged",
    `The journal "${file}" is damaged: it is missing, and "${file}-wal" is there`,
    {
      details: { file },
      fix: `Put it back; or, to begin anew, remove "${file}-wal" as well.`,
    },
  );
}

/**
 * SQLite removes its index before it removes the log that this is about. So where only the index is, somebody took
 * the log away, and with it what was not yet in the file itself. Gives whether there is an index.
 */
function requireWal(file: string): boolean {
  // Another process may be closing or opening it at this moment.
  for (let attempt = 0; attempt < 3; attempt++) {
    if (!existsSync(file) || !existsSync(`${file}-shm`)) return false;
    if (existsSync(`${file}-wal`)) return true;
    Bun.sleepSync(1);
  }
  throw new SpellError(
    "journal.damaged",
    `The journal "${file}" is damaged: "${file}-wal" is missing, and with it the latest entries`,
    {
      details: { file },
      fix: `Put it back; or, to go on with what is left, remove "${file}-shm".`,
    },
  );
}

/** SQLite opens what it may not write as if only reading had been asked for, and says so at the first write. */
function requireWritable(file: string, isInUse: boolean): void {
  accessSync(file, constants.W_OK);
  if (!isInUse) accessSync(dirname(file), constants.W_OK);
}

function requireVersion(database: Database, file: string): void {
  const version = readPragma(database, "user_version");
  const application = readPragma(database, "application_id");
  if (application === APPLICATION_ID && version === USER_VERSION) return;
  if (application !== APPLICATION_ID) {
    const isEmpty = statSync(file).size === 0;
    throw new SpellError(
      isEmpty ? "journal.damaged" : "journal.open",
      isEmpty ? `The journal "${file}" is damaged: it is empty` : `"${file}" is no journal: another program wrote it`,
      {
        details: { file },
        ...(isEmpty ? { fix: "Restore it from a backup; or remove the empty file to begin anew." } : {}),
      },
    );
  }
  const age = version > USER_VERSION ? "a newer" : "an older";
  throw new SpellError(
    "journal.version",
    `The journal "${file}" was written by ${age} llmspell: it has form ${version}, and this one knows ${USER_VERSION}`,
    { details: { file, version, known: USER_VERSION } },
  );
}

/** The number that a pragma gives. */
export function readPragma(database: Database, name: string): number {
  const statement = database.prepare(`PRAGMA ${name}`);
  const [row] = statement.values();
  statement.finalize();
  return Number(row?.[0]);
}
