import type { Suggestion } from "./command.ts";

/** How many runs completion offers. */
const MAX_RUNS = 20;

/** The newest runs of the person's own journal, by their ids. */
export async function suggestRuns(_before: readonly string[]): Promise<readonly Suggestion[]> {
  const { defaultJournalFile, readJournal } = await import("../runtime/runs.ts");
  try {
    const file = defaultJournalFile((name) => process.env[name]);
    const rows = await readJournal(file, (journal) => journal.list({ limit: MAX_RUNS }));
    const shown = rows.map(({ id, spell, status, started }): Suggestion => {
      return [id, `${spell}, ${status}, ${new Date(started).toISOString().slice(0, 16)}`];
    });
    return ["last", ...shown];
  } catch {
    return [];
  }
}
