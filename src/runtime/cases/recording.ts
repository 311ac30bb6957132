import { join } from "node:path";
import { SpellError, toFailure } from "../../contract/errors.ts";
import type { JournalEntry } from "../../contract/journal.ts";
import { readText } from "../../host/index.ts";
import { openJournal } from "../../journal/index.ts";
import { readRecordedRun, type RecordedRun } from "../tape/recorded-run.ts";

/** The largest recording, in bytes. */
const MAX_RECORDING = 256 * 1024 * 1024;

/** A recorded run that was exported. */
export interface Recording {
  readonly id: string;
  readonly record: RecordedRun;
}

/** Reads an exported run by way of a journal in `scratch`, which checks its digests. Throws `case.recording`. */
export async function readRecording(file: string, scratch: string): Promise<Recording> {
  const text = await readText(file, MAX_RECORDING, "case.recording");
  if (text === undefined) throw new SpellError("case.recording", `There is no recording "${file}"`);
  const journal = openJournal({ file: join(scratch, ".recording.db"), create: true });
  try {
    const id = journal.importRun(text);
    return { id, record: readRecordedRun(journal.entries(id)) };
  } catch (error) {
    const { code, message } = toFailure(error);
    if (!code.startsWith("journal.")) throw error;
    throw new SpellError("case.recording", `The recording "${file}" cannot be used: ${lowerFirst(message)}`, {
      cause: error,
    });
  } finally {
    journal.close();
  }
}

/** What a recording says of itself in its first lines, without checking it: which main file, in which engine. */
export async function glanceAtRecording(
  file: string,
): Promise<{ readonly engine: string; readonly path: string } | undefined> {
  try {
    const [, start = ""] = ((await readText(file, MAX_RECORDING, "case.recording")) ?? "").split("\n", 2);
    const { spell } = JSON.parse(start) as { spell: { engine: string; path: string } };
    return { engine: String(spell.engine), path: String(spell.path) };
  } catch {
    return undefined;
  }
}

/**
 * The last run of a journal as an export that can be kept with a project: it names no folder of this machine. Throws
 * `run.unknown` where there is none.
 */
export function exportForCase(file: string, scratch: string): { readonly text: string; readonly record: RecordedRun } {
  const journal = openJournal({ file, readonly: true });
  try {
    const row = journal.find("last");
    const entries = [...journal.entries(row.id)].map(withoutFolder);
    const copy = openJournal({ file: join(scratch, "case.db"), create: true });
    try {
      const { id, spell, engine, started } = row;
      const writer = copy.begin({ id, spell, engine, started });
      for (const entry of entries) writer.append(entry);
      writer.flush();
      writer.close();
      return { text: copy.exportRun(id), record: readRecordedRun(entries) };
    } finally {
      copy.close();
    }
  } finally {
    journal.close();
  }
}

function withoutFolder(entry: JournalEntry): JournalEntry {
  if (entry.type !== "start") return entry;
  const { model } = entry.invocation;
  return { ...entry, invocation: { folder: ".", ...(model === undefined ? {} : { model }) } };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
