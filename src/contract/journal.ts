/**
 * What is kept of a run. A run's only input is the messages delivered to its script, so these, in their order, are
 * the run: delivered again they give it again.
 */
import type { FlowRead } from "./bridge.ts";
import type { Failure } from "./errors.ts";
import type {
  CallbackMessage,
  CallMessage,
  CancelMessage,
  FailureMessage,
  OutputMessage,
  ReleaseMessage,
  ResultMessage,
  ReturnedMessage,
  ReturnMessage,
  StartMessage,
} from "./message.ts";
import type { Profile } from "./profile.ts";
import type { CallUse, Spending } from "./spending.ts";
import type { Value } from "./value.ts";

/** The first entry: all that a run is made from. */
export interface StartEntry {
  readonly type: "start";
  /** What the engine was given: source, modules, parameters, surface, limits, seed, time. */
  readonly message: StartMessage;
  readonly spell: RecordedSpell;
  readonly profile: Profile;
  readonly invocation: Invocation;
  /** Whose answers, source and order could differ in another version. */
  readonly versions: { readonly llmspell: string; readonly engine: string };
}

/** The spell, besides its program. */
export interface RecordedSpell {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** The engine's id. */
  readonly engine: string;
  /** The main file's path as the person wrote it; `built in` for those in the binary. */
  readonly path: string;
  /** Texts as the person wrote them, by the names that errors show. */
  readonly sources: Readonly<Record<string, string>>;
  /** The names of its own modules' files as errors show them, by the names that the engine knows. */
  readonly shown: Readonly<Record<string, string>>;
}

/** What of the command line a run depends on besides its profile: taken again when it is resumed. Never a value of a secret. */
export interface Invocation {
  /** Absolute. Relative paths of grants begin here. */
  readonly folder: string;
  readonly model?: string;
  /** Paths of `--mock`, `--env-file` and `--approvals`, as they were written in that folder. */
  readonly mockFile?: string;
  readonly environmentFile?: string;
  readonly approvalsFile?: string;
}

/** A call, and when the broker heard of it, in milliseconds since the epoch. */
export type CallEntry = CallMessage & { readonly time?: number };

/** An answer on its way to the script, what it cost, and what the run, or a part of it, had read by then for the first time. */
export type ReturnEntry = ReturnMessage & { readonly spent?: CallUse; readonly read?: readonly FlowRead[] };

/** A function of the script is called for call `call`, as its `index`-th time, from 1. */
export type CallbackEntry = CallbackMessage & { readonly call: number; readonly index: number };

/** Call `id` is about to have its effect. Written where it may not simply be repeated. */
export interface BegunEntry {
  readonly type: "begun";
  readonly id: number;
}

/** A process took the run up: the first one, and each that resumed it. */
export interface SessionEntry {
  readonly type: "session";
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** The last entry, after the script's own `result` or `failure` where it had one. A run without it crashed or is still running. */
export interface EndEntry {
  readonly type: "end";
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Absent: it ended well. */
  readonly failure?: Failure;
  readonly result: Value;
  readonly usage: RecordedUsage;
}

/** What a run used, as its outcome says. */
export interface RecordedUsage extends Spending {
  readonly calls: number;
  readonly llmCalls: number;
  readonly toolCalls: number;
  readonly fuel: number;
  readonly milliseconds: number;
  readonly outputBytes: number;
}

/** Everything that can stand in a journal. What the script said and what it was told each stand in their own order. */
export type JournalEntry =
  | StartEntry
  | SessionEntry
  | CallEntry
  | CancelMessage
  | ReturnedMessage
  | OutputMessage
  | ResultMessage
  | FailureMessage
  | BegunEntry
  | ReturnEntry
  | CallbackEntry
  | ReleaseMessage
  | EndEntry;

/** One run's part of a journal, open for writing by this process alone. */
export interface RunJournal {
  readonly id: string;
  /** Adds an entry; it is on disk after the next {@link flush}. */
  append(entry: JournalEntry): void;
  /** Puts on disk what was added, in one transaction. Throws `journal.write`. */
  flush(): void;
  /** Lets go of the run: another process may take it up. */
  close(): void;
}
