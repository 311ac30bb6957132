import { SpellError } from "../../contract/errors.ts";
import type { Value } from "../../contract/value.ts";
import { parseScript, type Reply } from "./script.ts";

/** Gives the replies of a script one after another. */
export interface ScriptPlayer {
  /** The reply to a text: the first unused one whose `match` fits, otherwise the next in order; undefined leaves it to the rules. */
  next(text: string): Reply | undefined;
}

/** Starts a script from its beginning. Throws `provider.script` where it is wrong. */
export function playScript(script: Value | undefined): ScriptPlayer {
  if (script === undefined) return { next: () => undefined };
  const { replies, otherwise } = parseScript(script);
  const left = replies.map((reply) => reply.times);
  return {
    next(text) {
      const fits = (reply: Reply, index: number): boolean => (left[index] ?? 0) > 0 && reply.matches?.(text) === true;
      let index = replies.findIndex(fits);
      if (index < 0) index = replies.findIndex((reply, at) => reply.matches === undefined && (left[at] ?? 0) > 0);
      const reply = replies[index];
      if (reply !== undefined) {
        left[index] = (left[index] ?? 0) - 1;
        return reply;
      }
      if (otherwise === "rules") return undefined;
      throw new SpellError("provider.script", `The mock's script has no reply left for "${text.slice(0, 80)}"`, {
        fix: "Add a reply, or leave `otherwise: error` out",
      });
    },
  };
}
