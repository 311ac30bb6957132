import type { Link } from "./call.ts";

/**
 * Says that a call is about to have its effect, where a crash must not have it repeated unasked. It stands behind all
 * that can refuse a call.
 */
export function noteBeginning(onBegin: ((id: number) => void) | undefined): Link {
  if (onBegin === undefined) return (call, next) => next(call);
  return (call, next) => {
    if (call.target.definition.repeat === "unsafe" && call.origin.id !== 0) onBegin(call.origin.id);
    return next(call);
  };
}
