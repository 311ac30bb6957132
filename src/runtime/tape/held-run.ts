import { SpellError } from "../../contract/errors.ts";
import type { RunJournal } from "../../contract/journal.ts";
import { openJournal, type RunRow } from "../../journal/index.ts";
import { newRunId } from "../run-id.ts";
import { readRecordedRun, type RecordedRun } from "./recorded-run.ts";
import type { Tape } from "./tape.ts";

/** A recorded run, read. */
export interface ReadRun {
  readonly row: RunRow;
  readonly record: RecordedRun;
}

/** Reads a run by its id, the beginning of it, or `last`. */
export function readRun(file: string, reference: string): ReadRun {
  const journal = openJournal({ file, readonly: true });
  try {
    const row = journal.find(reference);
    return { row, record: readRecordedRun(journal.entries(row.id)) };
  } finally {
    journal.close();
  }
}

/** A run of this very id; undefined where there is none. */
export function findPart(file: string, id: string): ReadRun | undefined {
  try {
    return readRun(file, id);
  } catch (error) {
    if (error instanceof SpellError && (error.code === "run.unknown" || error.code === "journal.open"))
      return undefined;
    throw error;
  }
}

/** A run that this process has taken up: nobody else can, until it is let go. */
export interface HeldRun extends ReadRun {
  readonly writer: RunJournal;
  /** Lets go of it, where it was not cast. */
  release(): void;
}

/** Takes up a run to go on with it. Throws `journal.busy` where another process has it, `run.ended` where there is nothing to go on with. */
export function holdRun(file: string, reference: string): HeldRun {
  const journal = openJournal({ file });
  try {
    const row = journal.find(reference);
    const writer = journal.only(journal.resume(row.id));
    // Read only now: nobody writes into it any more.
    const record = readRecordedRun(journal.entries(row.id));
    return { row, record, writer, release: () => writer.close() };
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** The tape of a run that goes on. */
export function resumedTape({ row, record, writer }: HeldRun): Tape {
  return { id: row.id, record, loadJournal: () => Promise.resolve(() => writer) };
}

/**
 * The tape of a new run that begins as another one was recorded: all of the record is written down again, so that the
 * new run stands by itself.
 */
export function forkedTape(
  file: string,
  record: RecordedRun,
  parent: { readonly id: string; readonly at: number },
): Tape {
  const started = Date.now();
  const id = newRunId(started);
  const { start, order } = record;
  return {
    id,
    record,
    loadJournal: async () => () => {
      const journal = openJournal({ file, create: true, synced: start.profile.journal === "synced" });
      const { name, engine } = start.spell;
      const writer = journal.only(journal.begin({ id, spell: name, engine, started, parent }));
      for (const entry of [start, ...order]) writer.append(entry);
      return writer;
    },
  };
}
