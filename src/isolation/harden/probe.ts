import type { Libc } from "../open-libc.ts";
import type { Attempt, LayerName, ProbeFrame, Probed } from "./control.ts";
import { tryLandlock } from "./try-landlock.ts";
import { tryRlimits } from "./try-rlimits.ts";
import { trySeccomp } from "./try-seccomp.ts";
import { systemCalls, type SystemCalls } from "./system-calls.ts";

const PR_GET_DUMPABLE = 3;
const PR_GET_NO_NEW_PRIVS = 39;

/** What tries to break a layer. */
type Tries = (libc: Libc, calls: SystemCalls, frame: ProbeFrame) => Attempt[] | Promise<Attempt[]>;

const TRIES: Readonly<Record<LayerName, Tries>> = {
  "no-new-privs": (libc) => [
    { layer: "no-new-privs", name: "gaining rights", refused: libc.prctl(PR_GET_NO_NEW_PRIVS, 0) === 1 },
    { layer: "no-new-privs", name: "being looked into", refused: libc.prctl(PR_GET_DUMPABLE, 0) === 0 },
  ],
  rlimits: tryRlimits,
  landlock: tryLandlock,
  seccomp: trySeccomp,
};

/**
 * Tries, in this process, what no hardened process may do. Each attempt is a real call that would succeed, or fail
 * with another error, where the layer does not refuse it, and that does no harm.
 */
export async function probe(libc: Libc | undefined, frame: ProbeFrame): Promise<Probed> {
  const calls = systemCalls();
  const attempts: Attempt[] = [];
  if (libc !== undefined && calls !== undefined)
    for (const layer of frame.layers) attempts.push(...(await TRIES[layer](libc, calls, frame)));
  return { type: "probed", attempts };
}
