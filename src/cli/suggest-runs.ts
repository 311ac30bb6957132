import type { Suggestion } from "./command.ts";

/** How many runs completion offers. */
const MAX_RUNS = 20;

/** The newest runs of the person's own journal, by their ids. */
export async function suggestRuns(_before: readonly string[]): Promise<readonly Suggestion[]> {
  const [{ defaultJournalFile }, { listRuns }] = await Promise.all([
    import("../runtime/index.ts"),
    import("../runtime/runs-on-disk.ts"),
  ]);
  try {
    const rows = listRuns(
      defaultJournalFile((name) => process.env[name]),
      { limit: MAX_RUNS },
    );
    const shown = rows.map(({ id, spell, status, started }): Suggestion => {
      return [id, `${spell}, ${status}, ${new Date(started).toISOString().slice(0, 16)}`];
    });
    return ["last", ...shown];
  } catch {
    return [];
  }
}
