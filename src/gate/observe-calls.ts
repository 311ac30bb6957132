import { SpellError } from "../contract/errors.ts";
import type { Value } from "../contract/value.ts";
import type { Link } from "./call.ts";

/** What the gate decided about one call. */
export interface Decision {
  readonly module: string;
  /** The canonical name: `write`, `stream.next`. */
  readonly function: string;
  /** As the script sent them. */
  readonly args: readonly Value[];
  /** Checked and by name; empty where the call was refused before. */
  readonly parsed: Readonly<Record<string, unknown>>;
  /** Undefined where it was allowed; why it was not, otherwise. */
  readonly refusal: SpellError | undefined;
}

/** Told of each decision, once: when the call is about to happen, or when it is refused. */
export type Observe = (decision: Decision) => void;

/** The two ends of the part of the chain that decides: refusals are noticed by the first link, consent by the last. */
export function observeCalls(observe: Observe | undefined): { readonly first: Link; readonly last: Link } {
  if (observe === undefined) return { first: (call, next) => next(call), last: (call, next) => next(call) };
  const allowed = new WeakSet<object>();
  return {
    async first(call, next) {
      try {
        return await next(call);
      } catch (error) {
        if (!allowed.has(call) && error instanceof SpellError) {
          observe({ module: call.module, function: call.name, args: call.args, parsed: call.parsed, refusal: error });
        }
        throw error;
      }
    },
    last(call, next) {
      allowed.add(call);
      observe({ module: call.module, function: call.name, args: call.args, parsed: call.parsed, refusal: undefined });
      return next(call);
    },
  };
}
