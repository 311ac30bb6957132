import type { CallUse } from "../contract/spending.ts";

/** Which of the run's calls it is. */
export interface CallOrigin {
  /** The script's number of it. */
  readonly id: number;
  /** The call's key for its bridge, as `CallContext.key` says. */
  readonly key: string;
  /** It gives a handle its resource again: the handle's id. */
  readonly handle?: number;
  /** A bridge makes it, in canonical names. */
  readonly canonical?: true;
  /** Told what the call spends; a stream that it opened may spend after its answer. */
  readonly onSpend?: (spent: CallUse) => void;
}
