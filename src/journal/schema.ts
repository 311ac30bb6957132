/** Stands in the file's header, so that a journal is told from other SQLite files: "spel". */
export const APPLICATION_ID = 0x7370656c;

/** The form of the tables below. Another form has another number, and a way from the older one. */
export const USER_VERSION = 1;

/**
 * `entries` has a row for each flush: the lines of the entries that were put on disk together, and the digest after
 * the last of them. `first` counts the run's entries from 1. `blobs` are the large values, each once, whoever has it;
 * `uses` says which runs refer to them. `owner` is who writes the run, and null where nobody does.
 */
export const SCHEMA = `
CREATE TABLE runs (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  spell TEXT NOT NULL,
  engine TEXT NOT NULL,
  started INTEGER NOT NULL,
  parent_id TEXT,
  parent_at INTEGER,
  status TEXT NOT NULL,
  owner TEXT,
  code TEXT,
  ended INTEGER,
  calls INTEGER NOT NULL DEFAULT 0,
  llm_calls INTEGER NOT NULL DEFAULT 0,
  tokens INTEGER NOT NULL DEFAULT 0,
  usd REAL NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  entries INTEGER,
  digest BLOB
) STRICT;
CREATE TABLE entries (
  run INTEGER NOT NULL,
  first INTEGER NOT NULL,
  body TEXT NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (run, first)
) STRICT, WITHOUT ROWID;
CREATE TABLE blobs (
  number INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE uses (
  run INTEGER NOT NULL,
  blob INTEGER NOT NULL,
  PRIMARY KEY (run, blob)
) STRICT, WITHOUT ROWID;
`;
