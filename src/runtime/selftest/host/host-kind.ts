import type { AttackCase } from "../attack-case.ts";
import type { CaseFolder } from "../case-folder.ts";
import type { Lane } from "../lane.ts";
import type { Verdict } from "../verdict.ts";

/** How a case ended that is no script. */
export interface HostEnding {
  readonly verdict: Verdict | "crash";
  readonly code: string;
  readonly message: string;
  /** What was wrong besides. */
  readonly faults: readonly string[];
}

/** Tries a case of its kind; undefined where the case is of another. */
export type TryHost = (
  attack: AttackCase,
  lane: Lane,
  folder: CaseFolder,
) => Promise<HostEnding | undefined> | undefined;
