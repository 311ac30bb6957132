/** In SQLite's header: that a file is one of schemas. "llsc" */
export const APPLICATION_ID = 0x6c6c7363;

/** The form of the tables. Another form is another number, and needs a way from the older one. */
export const FORM = 1;

/** The tables, as SQLite keeps their texts: a file that has others was changed by somebody. By their names. */
export const TABLES: readonly string[] = [
  "CREATE TABLE rules (name TEXT NOT NULL REFERENCES schemas, source INTEGER NOT NULL, target INTEGER NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (name, source, target)) STRICT, WITHOUT ROWID",
  "CREATE TABLE schemas (name TEXT NOT NULL PRIMARY KEY, current INTEGER NOT NULL, latest INTEGER NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE versions (name TEXT NOT NULL REFERENCES schemas, version INTEGER NOT NULL CHECK (version > 0), schema TEXT NOT NULL, note TEXT, PRIMARY KEY (name, version)) STRICT",
];
