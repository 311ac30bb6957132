import type { SourcePosition } from "../contract/errors.ts";

/** A warning about a profile, and where it was written. */
export interface GrantWarning {
  readonly message: string;
  readonly position?: SourcePosition;
}
