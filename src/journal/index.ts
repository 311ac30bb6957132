/**
 * Runs on disk: one SQLite file that every process of llmspell on this machine writes at once. Here stand its form,
 * how it is opened, written, read, searched, pruned and carried elsewhere, and who holds a run. What the entries mean,
 * how a run is resumed or replayed, and what may be written of a secret is the business of others: an entry comes in
 * and goes out as it is.
 *
 * A run is a chain: the digest of an entry is SHA-256 of the digest before it and the entry's line, so that no entry
 * can be changed, left out or moved without its showing. `schema.ts` has the tables, `entry-lines.ts` the lines.
 */
export { defaultJournalFile } from "./default-file.ts";
export { Journal, openJournal, type JournalOptions } from "./journal.ts";
export type { PruneOptions, Pruned } from "./prune.ts";
export type { RunFilter, RunRow, RunStatus } from "./run-row.ts";
export type { NewRun } from "./write-run.ts";
