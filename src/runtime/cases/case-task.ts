import type { Failure } from "../../contract/errors.ts";
import type { RecordedUsage } from "../../contract/journal.ts";

/** What a case's own process is told, as JSON on its standard input. Paths are absolute or begin in its folder. */
export interface CaseTask {
  /** The spell's main file. */
  readonly path: string;
  readonly engine: string;
  /** An empty folder that the run may fill. */
  readonly scratch: string;
  /** A name, or a path. */
  readonly profile: string | undefined;
  /** As wire values; undefined: none, or those of the recording. */
  readonly parameters: unknown;
  readonly input: string;
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The mock's script as a wire value. */
  readonly mock: unknown;
  /** A recorded run's file, to be replayed. */
  readonly recording: string | undefined;
}

/** How a run of a case went. Values are plain JSON, as `llmspell run --json` prints them. */
export interface CaseRun {
  readonly id: string;
  readonly failure: Failure | undefined;
  /** The exit status that `llmspell run` would have. */
  readonly status: number;
  readonly result: unknown;
  readonly output: string;
  readonly stderr: string;
  readonly calls: readonly CaseCall[];
  readonly usage: RecordedUsage;
  /** How the run ended that is replayed. */
  readonly recorded?: RecordedEnd;
}

/** How a recorded run ended. */
export interface RecordedEnd {
  readonly status: number;
  readonly result: unknown;
  readonly output: string;
  readonly stderr: string;
}

/** One call as it is compared: names in camelCase whatever the language writes. */
export interface CaseCall {
  readonly call: string;
  readonly arguments: readonly unknown[];
  /** The script's line; absent in a replay. */
  readonly file?: string;
  readonly line?: number;
}

/** What a case's process answers: how the run went, or why there was none. */
export type CaseReport = { readonly run: CaseRun } | { readonly broken: Failure };

/** What the process of a case knows by itself. */
export interface TaskContext {
  readonly signal: AbortSignal;
  /** That of this llmspell. */
  readonly version: string;
}
