import type { Naming } from "./engine.ts";
import type { ValueMap } from "./value.ts";

/** What everyone may know of a run. */
export interface RunInfo {
  /** Unique among runs; sorts by start. */
  readonly id: string;
  /** The spell's name: that of its folder, or of its file without the ending. */
  readonly spell: string;
  /** From spell.yaml; empty where it has none. */
  readonly version: string;
  readonly description: string;
  readonly parameters: ValueMap;
  /** How the spell's language writes names. */
  readonly naming: Naming;
}
