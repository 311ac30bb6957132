import { usageSoFar } from "./read-run.ts";
import { statusOf, toRunRow, type RunFilter, type RunRow, type StoredRun } from "./run-row.ts";
import { searchRuns } from "./search-runs.ts";
import type { Binding, Store } from "./store.ts";

/** The runs that a filter lets through, the newest first. */
export function listRuns(store: Store, filter: RunFilter): RunRow[] {
  const { conditions, values } = toConditions(filter);
  const found = filter.search === undefined ? undefined : searchRuns(store, filter.search);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const rows: RunRow[] = [];
  const limit = filter.limit ?? Number.POSITIVE_INFINITY;
  const sql = `SELECT * FROM runs ${where} ORDER BY started DESC, number DESC`;
  return store.guard("read", () => {
    for (const run of store.statement(sql).iterate(...values) as IterableIterator<StoredRun>) {
      if (rows.length >= limit) break;
      if (found?.has(run.number) === false) continue;
      if (filter.status !== undefined && statusOf(run) !== filter.status) continue;
      const row = toRunRow(store, run, (open) => usageSoFar(store, open));
      if (row.usd >= (filter.minUsd ?? 0) && row.usd <= (filter.maxUsd ?? Number.POSITIVE_INFINITY)) rows.push(row);
    }
    return rows;
  });
}

/** How many runs there are. */
export function countRuns(store: Store): number {
  return store.get<{ count: number }>("SELECT count(*) AS count FROM runs")?.count ?? 0;
}

/** What the database can decide. Whether a run is running or crashed, and what it has cost so far, stands in no row. */
function toConditions({ spell, status, since, until, minUsd, maxUsd }: RunFilter) {
  const stored = status === "crashed" ? "running" : status;
  const all: readonly (readonly [sql: string, value: Binding | undefined])[] = [
    ["spell = ?", spell],
    ["status = ?", stored],
    ["started >= ?", since],
    ["started < ?", until],
    ["(status = 'running' OR usd >= ?)", minUsd],
    ["(status = 'running' OR usd <= ?)", maxUsd],
  ];
  const given = all.filter(([, value]) => value !== undefined);
  return { conditions: given.map(([sql]) => sql), values: given.map(([, value]) => value as Binding) };
}
