import { existsSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatSize } from "../contract/quantity.ts";
import { SpellError, toFailure } from "../contract/errors.ts";
import type { Finding } from "./finding.ts";
import { defaultJournalFile, hasJournal, writeJournal, type Journal } from "./runs.ts";

/** Where a journal has more bytes than this, doctor says how it is made smaller. */
const LARGE = 1024 ** 3;

/** Opens the person's own journal as a run would, and says what is in it. None is made where there is none. */
export async function tryJournal(): Promise<Finding> {
  const file = defaultJournalFile((name) => process.env[name]);
  const common = { group: "journal" as const, name: "journal" };
  try {
    if (hasJournal(file)) return { ...common, status: "ok", detail: `${file}: ${await writeJournal(file, describe)}` };
    requireRoom(nearestFolder(file));
    return { ...common, status: "absent", detail: `${file}: no run was kept yet` };
  } catch (error) {
    const { message } = toFailure(error);
    return { ...common, status: "broken", detail: `${message}; LLMSPELL_JOURNAL names another file` };
  }
}

function requireRoom(folder: string): void {
  try {
    rmdirSync(mkdtempSync(join(folder, ".llmspell-")));
  } catch (error) {
    throw new SpellError("journal.open", `No journal can be made under "${folder}"`, { cause: error });
  }
}

function describe(journal: Journal): string {
  const { file } = journal;
  const crashed = journal.list({ status: "crashed" }).length;
  const bytes = sizeOf(file) + sizeOf(`${file}-wal`);
  const parts = [`${journal.count()} runs in ${formatSize(bytes)}`];
  if (crashed > 0) parts.push(`${crashed} of them crashed, see \`llmspell runs list --status crashed\``);
  if (bytes > LARGE) parts.push("`llmspell runs prune --older-than 90d` removes old ones");
  return parts.join("; ");
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The folder of the file, or the nearest above it that is there. */
function nearestFolder(file: string): string {
  const folder = dirname(file);
  return existsSync(folder) ? folder : nearestFolder(folder);
}
