/** Looking at recorded runs, moving and pruning them: what `llmspell runs` does with a journal. It loads the journal. */
import { existsSync } from "node:fs";
import { SpellError } from "../contract/errors.ts";
import { openJournal, type Journal } from "../journal/index.ts";

export { defaultJournalFile } from "../journal/default-file.ts";
export type { Journal, Pruned, RunFilter, RunRow, RunStatus } from "../journal/index.ts";

/** Whether there is a journal: before the first run there is none, and that is no fault. */
export function hasJournal(file: string): boolean {
  return existsSync(file) || existsSync(`${file}-wal`);
}

/** Does something with a journal that is only read. */
export async function readJournal<T>(file: string, work: (journal: Journal) => T | Promise<T>): Promise<T> {
  return await use(openJournal({ file, readonly: true }), work);
}

/** The same with one that may be written. */
export async function writeJournal<T>(
  file: string,
  work: (journal: Journal) => T | Promise<T>,
  create = false,
): Promise<T> {
  return await use(openJournal({ file, create }), work);
}

/** For a search, whose index is kept in the journal; where that may not be written it is made anew each time. */
export async function searchJournal<T>(file: string, work: (journal: Journal) => T | Promise<T>): Promise<T> {
  let journal: Journal;
  try {
    journal = openJournal({ file, create: false });
  } catch (error) {
    if (!(error instanceof SpellError) || error.code !== "journal.open") throw error;
    journal = openJournal({ file, readonly: true });
  }
  return await use(journal, work);
}

async function use<T>(journal: Journal, work: (journal: Journal) => T | Promise<T>): Promise<T> {
  try {
    return await work(journal);
  } finally {
    journal.close();
  }
}
