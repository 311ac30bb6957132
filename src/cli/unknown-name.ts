import type { ErrorCode } from "../contract/error-codes.ts";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";

/** More names than these do not help. */
const MAX_LISTED = 20;

/** The error for a name that is none of a kind, with the nearest that is. */
export function unknownName(
  kind: string,
  name: string,
  known: readonly string[],
  code: ErrorCode = "usage",
  fix = known.length === 0 || known.length > MAX_LISTED ? undefined : `There are ${known.join(", ")}`,
): SpellError {
  const hint = nearest(name, known);
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  return new SpellError(code, `There is no ${kind} "${name}"${advice}`, fix === undefined ? {} : { fix });
}
