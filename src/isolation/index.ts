/**
 * Keeping a spell apart: the process it runs in, the frames between it and the broker, and what the broker
 * holds it to from outside (death, memory, size of messages). Here may stand nothing about what a spell is
 * allowed to do: that is the gate's. `harden/` holds the operating system's layers. The rungs: `process`, and `none` for the same engine in this process.
 */
export type { Channel, ChannelEvents } from "./channel.ts";
export { endWithParent } from "./die-with-parent.ts";
export { LAYER_NAMES, type Attempt, type MissingLayer } from "./harden/control.ts";
export { tryHardening, type HardeningTrial } from "./harden/try-hardening.ts";
export { openLocalChannel } from "./local-channel.ts";
export { openProcessChannel, type ProcessLimits } from "./process-channel.ts";
export { ProcessPool } from "./process-pool.ts";
export { readAsset } from "./read-asset.ts";
export { SPELL_PROCESS_FLAG } from "./spell-process.ts";
