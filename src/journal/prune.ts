import { bytesOf, statusOf, type StoredRun } from "./run-row.ts";
import { unindexRun } from "./search-runs.ts";
import type { Store } from "./store.ts";

/** Which runs go. Those that somebody writes stay, whatever is asked. */
export interface PruneOptions {
  /** Milliseconds since they started. */
  readonly olderThan?: number;
  /** The oldest go until the journal's file is no larger. */
  readonly maxBytes?: number;
  /** Only says what would go. */
  readonly dryRun?: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What went, or would go. */
export interface Pruned {
  readonly runs: number;
  /** Of these runs, as their rows say; the file may shrink by less, where other runs have the same values. */
  readonly bytes: number;
}

/** Pages that are given back in one step: others may write in between. */
const STEP = 1000;

/** Takes runs out of the journal and gives the room back to the file system. */
export function prune(store: Store, options: PruneOptions): Pruned {
  const runs = store
    .all<StoredRun>("SELECT * FROM runs ORDER BY started, number")
    .filter((run) => statusOf(run) !== "running");
  const { olderThan, maxBytes = Number.POSITIVE_INFINITY, now } = options;
  const old = (run: StoredRun) => olderThan !== undefined && run.started < now - olderThan;
  const gone = runs.filter(old);
  gone.push(...tooLarge(store, runs, gone, maxBytes));
  const bytes = gone.reduce((sum, run) => sum + sizeOf(store, run), 0);
  if (options.dryRun !== true && gone.length > 0) {
    for (const run of gone) removeRun(store, run);
    sweep(store);
    shrink(store);
  }
  return { runs: gone.length, bytes };
}

/** The oldest runs that must go so that the rest fits, after `gone` went. */
function tooLarge(
  store: Store,
  runs: readonly StoredRun[],
  gone: readonly StoredRun[],
  maxBytes: number,
): readonly StoredRun[] {
  if (maxBytes === Number.POSITIVE_INFINITY) return [];
  const file = usedBytes(store);
  const total = store
    .all<StoredRun>("SELECT * FROM runs WHERE status = 'running'")
    .concat(runs.filter(({ status }) => status !== "running"))
    .reduce((sum, run) => sum + sizeOf(store, run), 0);
  // A run's share of the file: pages are not full, and values are shared.
  const scale = total === 0 ? 1 : file / total;
  let rest = file - gone.reduce((sum, run) => sum + sizeOf(store, run) * scale, 0);
  const isGone = new Set(gone.map(({ number }) => number));
  const more: StoredRun[] = [];
  for (const run of runs) {
    if (rest <= maxBytes) break;
    if (isGone.has(run.number)) continue;
    more.push(run);
    rest -= sizeOf(store, run) * scale;
  }
  return more;
}

function sizeOf(store: Store, run: StoredRun): number {
  return run.status === "running" ? bytesOf(store, run.number) : run.bytes;
}

/** Of the file, without the pages that are free. */
function usedBytes(store: Store): number {
  const read = (pragma: string) => Number(Object.values(store.get<object>(`PRAGMA ${pragma}`) ?? { value: 0 })[0]);
  return (read("page_count") - read("freelist_count")) * read("page_size");
}

function removeRun(store: Store, run: StoredRun): void {
  store.transaction(() => {
    // Somebody may have taken it up since.
    const now = store.get<StoredRun>("SELECT * FROM runs WHERE number = ?", run.number);
    if (now === undefined || statusOf(now) === "running") return;
    store.run("DELETE FROM entries WHERE run = ?", run.number);
    store.run("DELETE FROM uses WHERE run = ?", run.number);
    unindexRun(store, run.number);
    store.run("DELETE FROM runs WHERE number = ?", run.number);
  });
}

/** Takes away the values that no run refers to. */
function sweep(store: Store): void {
  store.run("DELETE FROM blobs WHERE number NOT IN (SELECT blob FROM uses)");
}

function shrink(store: Store): void {
  store.guard("write", () => {
    for (let before = -1, free = freePages(store); free > 0 && free !== before;) {
      store.database.run(`PRAGMA incremental_vacuum(${STEP})`);
      [before, free] = [free, freePages(store)];
    }
    store.database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  });
}

function freePages(store: Store): number {
  return Number(Object.values(store.get<object>("PRAGMA freelist_count") ?? { value: 0 })[0]);
}
