import { SpellError } from "../contract/errors.ts";
import type { Value } from "../contract/value.ts";
import { callName, type Link } from "./call.ts";

/** Ends a call that takes longer than limits.callTime, and makes every wait end when the script cancels. */
export const limitTime: Link = (call, next) => {
  const { cancelled, limits, target } = call;
  return new Promise<Value>((resolve, reject) => {
    const controller = new AbortController();
    const stop = (reason: unknown) => {
      controller.abort(reason);
      reject(reason);
    };
    const cancel = () => stop(cancelled.reason);
    const timer = target.definition.untimed
      ? undefined
      : setTimeout(() => {
          const details = { limit: "callTime", value: limits.callTime };
          stop(new SpellError("call.timeout", `${callName(call)} took longer than ${limits.callTime} ms`, { details }));
        }, limits.callTime);
    if (cancelled.aborted) cancel();
    else cancelled.addEventListener("abort", cancel, { once: true });
    call.context = { ...call.context, signal: controller.signal };
    next()
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        cancelled.removeEventListener("abort", cancel);
      });
  });
};
