import type { Link } from "./call.ts";
import type { Redactor } from "./redactor.ts";

/** No secret reaches the script, in answers or in errors. It stands before all others, so that nothing comes after it. */
export function redact(redactor: Redactor): Link {
  return async (call, next) => {
    try {
      return redactor.value(await next(call));
    } catch (error) {
      throw redactor.error(error);
    }
  };
}
