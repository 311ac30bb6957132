import { SpellError } from "../contract/errors.ts";
import type { JournalEntry, RunJournal } from "../contract/journal.ts";
import { closeStore } from "./close-store.ts";
import { exportRun } from "./export-run.ts";
import { findRun, requireRun } from "./find-run.ts";
import { importRun } from "./import-run.ts";
import { countRuns, listRuns } from "./list-runs.ts";
import { openStore, type JournalOptions } from "./open-store.ts";
import { describeOwner, isAlive, isElsewhere, ownOwner } from "./owner.ts";
import { prune, type Pruned, type PruneOptions } from "./prune.ts";
import { readEnd, readEntries, toNewRun, usageSoFar, verifyRun } from "./read-run.ts";
import { bytesOf, statusOf, toRunRow, type RunFilter, type RunRow, type RunStatus } from "./run-row.ts";
import type { Store } from "./store.ts";
import { RunWriter, type NewRun } from "./write-run.ts";

export type { JournalOptions } from "./open-store.ts";

/** Opens a journal. Throws `journal.open`, `journal.version` and `journal.damaged`. */
export function openJournal(options: JournalOptions): Journal {
  return new Journal(openStore(options));
}

const ELSEWHERE =
  "Nobody here can tell whether it is still there. If it is gone, `llmspell runs export` the run, and import and resume it in another journal.";

/** All runs of a journal's file. Every method may throw `journal.open`, `journal.write` and `journal.damaged`. */
export class Journal {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** As it was named. */
  get file(): string {
    return this.#store.file;
  }

  /** Begins a run, held by this process. It is on disk with its first flush. */
  begin(run: NewRun): RunJournal {
    return new RunWriter(this.#store, run);
  }

  /**
   * Takes a run up that crashed or was interrupted: what is appended stands behind its entries. Throws `journal.busy`
   * where a living process holds it, `run.ended` and `run.unknown`. Let go before anything is appended, it is what it was.
   */
  resume(id: string): RunJournal {
    const store = this.#store;
    return store.transaction(() => {
      const run = requireRun(store, id);
      if (run.status === "done" || run.status === "failed") {
        const how = run.code === null ? "well" : `with ${run.code}`;
        throw new SpellError("run.ended", `The run "${id}" has ended ${how}`, { details: { run: id } });
      }
      if (run.owner !== null && isAlive(run.owner)) {
        const owner = describeOwner(run.owner);
        throw new SpellError("journal.busy", `The run "${id}" is held by ${owner}`, {
          details: { run: id },
          ...(isElsewhere(run.owner) ? { fix: ELSEWHERE } : {}),
        });
      }
      const end = readEnd(store, run, bytesOf(store, run.number));
      store.run(
        "UPDATE runs SET status = 'running', owner = ?, code = NULL, ended = NULL, entries = NULL, digest = NULL WHERE number = ?",
        ownOwner(),
        run.number,
      );
      return new RunWriter(store, toNewRun(run), end, run);
    });
  }

  /** The run that a person names: by its id, by the beginning of it, or as `last`. Throws `run.unknown`. */
  find(reference: string): RunRow {
    const run = findRun(this.#store, reference);
    return toRunRow(this.#store, run, (open) => usageSoFar(this.#store, open));
  }

  /** How a run is at this moment, by its whole id: for those who ask often. */
  status(id: string): RunStatus {
    return statusOf(requireRun(this.#store, id));
  }

  /** The runs that a filter lets through, the newest first. */
  list(filter: RunFilter = {}): RunRow[] {
    return listRuns(this.#store, filter);
  }

  /** How many runs there are. */
  count(): number {
    return countRuns(this.#store);
  }

  /** A run's entries in their order, each checked when it is read. */
  entries(id: string): Iterable<JournalEntry> {
    return readEntries(this.#store, requireRun(this.#store, id));
  }

  /** Reads the whole chain and every value that it names; gives its head, as hex, and its length. */
  verify(id: string): { readonly digest: string; readonly entries: number } {
    return verifyRun(this.#store, requireRun(this.#store, id));
  }

  /** The entries after the first `after`. */
  tail(id: string, after: number): JournalEntry[] {
    return [...readEntries(this.#store, requireRun(this.#store, id), after)];
  }

  /** Takes runs out and makes the file smaller; never those that somebody writes. */
  prune(options: Omit<PruneOptions, "now">): Pruned {
    return prune(this.#store, { ...options, now: Date.now() });
  }

  /** A run as lines of JSON, for {@link importRun}. */
  exportRun(id: string): string {
    return exportRun(this.#store, requireRun(this.#store, id));
  }

  /** Takes up a run that was exported, and gives its id. Throws `journal.damaged` and `journal.version`. */
  importRun(text: string): string {
    return importRun(this.#store, text);
  }

  /** A run of this journal as all that is wanted of it: who lets go of the run lets go of the file. */
  only(run: RunJournal): RunJournal {
    const close = () => {
      run.close();
      this.close();
    };
    return { id: run.id, append: (entry) => run.append(entry), flush: () => run.flush(), close };
  }

  /** Lets go of the file. */
  close(): void {
    closeStore(this.#store);
  }
}
