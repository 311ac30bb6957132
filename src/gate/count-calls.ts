import type { Value } from "../contract/value.ts";
import type { Counter } from "../contract/bridge.ts";
import type { Link } from "./call.ts";

/** Counts calls, those under way, and those of a kind; a stream's steps belong to the call that opened it. */
export const countCalls: Link = async (call, next): Promise<Value> => {
  const { definition } = call.target;
  if ("uncounted" in definition && definition.uncounted) return next(call);
  call.ledger.enter(definition.counts);
  // The script's own calls are known by themselves.
  if (call.origin.canonical) call.origin.onSpend?.({ tokens: 0, usd: 0, calls: 1, ...kindOf(definition.counts) });
  try {
    return await next(call);
  } finally {
    call.ledger.release();
  }
};

function kindOf(counter: Counter | undefined): { readonly llmCalls?: 1; readonly toolCalls?: 1 } {
  return counter === undefined ? {} : { [counter]: 1 };
}
