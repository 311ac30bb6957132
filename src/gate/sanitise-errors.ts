import { cutMessage, SpellError } from "../contract/errors.ts";
import { ErrorValue } from "../contract/value.ts";
import { callName, type Link } from "./call.ts";

/** Errors leave with a code and a message of bounded length; what is no error of ours loses its stack and cause. */
export const sanitiseErrors: Link = async (call, next) => {
  try {
    return await next(call);
  } catch (error) {
    if (error instanceof SpellError || error instanceof ErrorValue) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SpellError("call.failed", cutMessage(`${callName(call)}: ${reason}`), { cause: error });
  }
};
