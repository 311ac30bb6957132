import type { CallMessage } from "../../contract/message.ts";
import type { ValueMap } from "../../contract/value.ts";
import { ProcessPool } from "../../isolation/index.ts";
import { withBareEffects } from "../bare-effects.ts";
import type { Outcome } from "../outcome.ts";
import { castSpell } from "../cast-spell.ts";
import { selfCommand } from "../self-command.ts";
import type { Delivery, RecordedRun } from "./recorded-run.ts";
import { recordedSpell } from "./recorded-spell.ts";

/** How a run is replayed. */
export interface ReplayOptions {
  readonly id: string;
  readonly record: RecordedRun;
  readonly signal: AbortSignal;
  readonly onOutput?: (stream: "stdout" | "stderr", text: string | Uint8Array) => void;
  /** Told of each call; true ends the replay there. */
  readonly onCall?: (call: CallMessage) => boolean | undefined;
  /** Waited for before what was recorded is delivered. */
  readonly pace?: ((delivery: Delivery) => Promise<void> | undefined) | undefined;
  /** Starts something else than a spell's process of this program. */
  readonly command?: readonly string[];
  /** Calls say where the script made them. */
  readonly positions?: true;
}

/**
 * Runs a recorded run again: the script gets what it got, no call is made, and it must say what it said. Nothing of the
 * world is touched, whatever the run's profile grants. Never rejects because of the script: a run that does otherwise
 * ends with `journal.diverged`.
 */
export function replayRun(options: ReplayOptions): Promise<Outcome> {
  const { id, record, signal, onOutput = () => {}, onCall, pace, positions, command = selfCommand() } = options;
  const { start } = record;
  const spell = recordedSpell(start);
  const pool = new ProcessPool(command, 0);
  return withBareEffects(async (effects) => {
    try {
      const outcome = await castSpell({
        ...{ spell, effects, pool, signal, onOutput },
        // Who looks on takes their time, and that is none of the spell's.
        profile: pace === undefined ? start.profile : unhurried(start.profile),
        parameters: start.message.parameters as ValueMap,
        tape: {
          id,
          record,
          pace,
          ...(onCall === undefined ? {} : { onReplayed: onCall }),
          ...(positions === undefined ? {} : { positions }),
        },
      });
      const { end } = record;
      // What was recorded is what was used: a replay uses nothing.
      return end === undefined ? outcome : { ...outcome, usage: { ...end.usage, fuel: outcome.usage.fuel } };
    } finally {
      pool.close();
    }
  });
}

/** The longest that a timer can wait, in ms. */
const FOREVER = 2 ** 31 - 1;

function unhurried(profile: RecordedRun["start"]["profile"]): typeof profile {
  return { ...profile, limits: { ...profile.limits, wallTime: FOREVER } };
}
