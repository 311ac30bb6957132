/** Whether a store is a SQLite file: `./schemas.db`, `.sqlite`, `.sqlite3`. Everything else is a folder. */
export function isFilePath(store: string): boolean {
  return /[^/]\.(?:db|sqlite3?)$/i.test(store);
}
