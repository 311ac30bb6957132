import type { Store } from "./store.ts";
import { isAlive } from "./owner.ts";

/** How a run is: `crashed` where nobody writes it any more and it has no end. */
export type RunStatus = "running" | "done" | "failed" | "interrupted" | "crashed";

/** One run as a list shows it. */
export interface RunRow {
  readonly id: string;
  readonly spell: string;
  /** The engine's id. */
  readonly engine: string;
  readonly status: RunStatus;
  /** Why it failed. */
  readonly code?: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended?: number;
  readonly calls: number;
  readonly llmCalls: number;
  readonly tokens: number;
  /** US dollars. */
  readonly usd: number;
  /** The run that it was forked from, and the call. */
  readonly parent?: { readonly id: string; readonly at: number };
  /** Of its entries and of the large values that they name, also where other runs share these. */
  readonly bytes: number;
}

/** Which runs a list has; all that is given must hold. */
export interface RunFilter {
  readonly spell?: string;
  readonly status?: RunStatus;
  /** When they started, in milliseconds since the epoch; `until` is not within. */
  readonly since?: number;
  readonly until?: number;
  readonly minUsd?: number;
  readonly maxUsd?: number;
  /** Words, each of which, or a longer one that begins so, stands in the spell's name, the output, the result or the failure. */
  readonly search?: string;
  readonly limit?: number;
}

/** A row of the table `runs`. */
export interface StoredRun {
  readonly number: number;
  readonly id: string;
  readonly spell: string;
  readonly engine: string;
  readonly started: number;
  readonly parent_id: string | null;
  readonly parent_at: number | null;
  readonly status: string;
  readonly owner: string | null;
  readonly code: string | null;
  readonly ended: number | null;
  readonly calls: number;
  readonly llm_calls: number;
  readonly tokens: number;
  readonly usd: number;
  readonly bytes: number;
  readonly entries: number | null;
  readonly digest: Uint8Array | null;
}

/** How the run is at this moment. */
export function statusOf({ status, owner }: StoredRun): RunStatus {
  if (status !== "running") return status as RunStatus;
  return owner !== null && isAlive(owner) ? "running" : "crashed";
}

/** What a run without an end has used so far. */
export type UsageSoFar = Pick<RunRow, "calls" | "llmCalls" | "tokens" | "usd">;

/** The row as others see it. */
export function toRunRow(store: Store, run: StoredRun, usageSoFar: (run: StoredRun) => UsageSoFar): RunRow {
  const { id, spell, engine, started, ended, code, parent_id: parent, parent_at: at } = run;
  const isOpen = run.status === "running";
  const usage = isOpen
    ? usageSoFar(run)
    : { calls: run.calls, llmCalls: run.llm_calls, tokens: run.tokens, usd: run.usd };
  return {
    id,
    spell,
    engine,
    status: statusOf(run),
    ...(code === null || isOpen ? {} : { code }),
    started,
    ...(ended === null || isOpen ? {} : { ended }),
    ...usage,
    ...(parent === null ? {} : { parent: { id: parent, at: at ?? 0 } }),
    bytes: isOpen ? bytesOf(store, run.number) : run.bytes,
  };
}

/** The bytes that a run has on disk, large values included. */
export function bytesOf(store: Store, run: number): number {
  const lines = store.get<{ sum: number }>(
    "SELECT ifnull(sum(octet_length(body) + 1), 0) AS sum FROM entries WHERE run = ?",
    run,
  );
  const blobs = store.get<{ sum: number }>(
    "SELECT ifnull(sum(octet_length(body)), 0) AS sum FROM blobs WHERE number IN (SELECT blob FROM uses WHERE run = ?)",
    run,
  );
  return (lines?.sum ?? 0) + (blobs?.sum ?? 0);
}
