import type { FlowRead } from "../../contract/bridge.ts";
import type { RunJournal, StartEntry } from "../../contract/journal.ts";
import type { CallMessage, StartMessage } from "../../contract/message.ts";
import type { ValueMap } from "../../contract/value.ts";
import type { NestedOutcome } from "../outcome.ts";
import type { LoadedSpell } from "../spell-source.ts";
import type { Delivery, RecordedRun } from "./recorded-run.ts";

/** What is known of a part of a run before it runs: what to record it on, or how it ended and what it had read. */
export type Beneath = { readonly tape: Tape } | { readonly outcome: NestedOutcome; readonly read: readonly FlowRead[] };

/**
 * What is kept of a run, and what is delivered again of it:
 * - a new run has a journal and `begin`;
 * - one that is resumed has its journal and its record;
 * - a replay has its record alone.
 */
export interface Tape {
  /** The run's id. */
  readonly id: string;
  /** Loads what opens the run's journal, and answers that. Absent: nothing is written. */
  readonly loadJournal?: (() => Promise<() => RunJournal>) | undefined;
  /** The first entry of a new run. */
  readonly begin?: ((message: StartMessage) => StartEntry) | undefined;
  readonly record?: RecordedRun | undefined;
  /** The record of a spell that call `call` runs as a part of this run: a new one, one to go on with, or its end. */
  readonly beneath?:
    | ((part: {
        readonly call: number;
        readonly spell: LoadedSpell;
        readonly parameters: ValueMap;
      }) => Promise<Beneath>)
    | undefined;
  /** Every call says where the script made it. */
  readonly positions?: true;
  /** See TapedOptions. */
  readonly pace?: ((delivery: Delivery) => Promise<void> | undefined) | undefined;
  readonly onReplayed?: ((call: CallMessage) => boolean | undefined) | undefined;
}
