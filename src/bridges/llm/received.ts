import { SpellError } from "../../contract/errors.ts";
import { isValueMap } from "../../contract/value.ts";

/** More of an answer that broke off is not kept with its error, in letters. */
const MAX_KEPT = 256 * 1024;

/** The error that ended a stream, with what had arrived by then as `received` in its details. */
export function withReceived(error: unknown, text: string, thinking: string): unknown {
  if (!(error instanceof SpellError) || text + thinking === "") return error;
  const { code, message, details, position, frames, fix } = error;
  const received = { text: text.slice(0, MAX_KEPT), ...(thinking !== "" && { thinking: thinking.slice(0, MAX_KEPT) }) };
  return new SpellError(code, message, {
    cause: error,
    details: { ...(isValueMap(details) ? details : {}), received },
    ...(position !== undefined && { position }),
    ...(fix !== undefined && { fix }),
    stack: frames,
  });
}
