import type { SourcePosition } from "../../contract/errors.ts";

/** One expectation that does not hold. */
export interface Difference {
  /** Its path below `expect`: `["usage", "usd"]`. */
  readonly path: readonly (string | number)[];
  /** What is wrong, in one line. */
  readonly message: string;
  /** What was expected and what came, where that is worth comparing; JSON or text. */
  readonly expected?: string;
  readonly received?: string;
  /** Where it is written; absent where a recording says it. */
  readonly position?: SourcePosition;
  /** What `--update` would write there; absent where it is no single value. */
  readonly update?: { readonly value: unknown };
}
