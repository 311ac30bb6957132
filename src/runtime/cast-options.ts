import type { Effects } from "../contract/effects.ts";
import type { Profile } from "../contract/profile.ts";
import type { ValueMap } from "../contract/value.ts";
import type { Gate, Redactor } from "../gate/index.ts";
import type { ProcessPool } from "../isolation/index.ts";
import type { Audit } from "./audit.ts";
import type { Learner } from "./learn.ts";
import type { LoadedSpell } from "./spell-source.ts";
import type { Tape } from "./tape/tape.ts";

/** What a run is made from. */
export interface CastOptions {
  readonly spell: LoadedSpell;
  readonly profile: Profile;
  readonly parameters: ValueMap;
  readonly effects: Effects;
  readonly pool: ProcessPool;
  readonly onOutput: (stream: "stdout" | "stderr", text: string | Uint8Array) => void;
  /** Keeps secrets out of what the script and the person see; absent where there are none. */
  readonly redactor?: Redactor | undefined;
  /** Told how many calls to models are under way, whenever that changes. */
  readonly onModelCalls?: (count: number) => void;
  /** Learns what the run uses. */
  readonly learner?: Learner | undefined;
  /** Where the gate's decisions are written. */
  readonly audit?: Audit | undefined;
  /** The gate of the run that this one is a part of, and how deep it is in others. */
  readonly parent?: Gate;
  readonly depth?: number;
  /** Aborted when the person interrupts. */
  readonly signal: AbortSignal;
  /** `check` only parses. */
  readonly mode?: "run" | "check";
  /** The same seed and the same answers give the same run. */
  readonly seed?: number;
  /** Answers as soon as it is known how the run ended, while its process dies: wait for that by `pool.gone()`. */
  readonly eager?: true;
  /** What is kept of the run, and what is delivered again of it; absent where it leaves no record. */
  readonly tape?: Tape | undefined;
}
