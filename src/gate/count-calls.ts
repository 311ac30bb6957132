import type { Value } from "../contract/value.ts";
import type { Link } from "./call.ts";

/** Counts calls, those under way, and those of a kind; a stream's steps belong to the call that opened it. */
export const countCalls: Link = async (call, next): Promise<Value> => {
  const { definition } = call.target;
  if ("uncounted" in definition && definition.uncounted) return next();
  call.ledger.enter(definition.counts);
  try {
    return await next();
  } finally {
    call.ledger.release();
  }
};
