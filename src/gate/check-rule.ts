import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import { callName, type Link } from "./call.ts";

/** Does the bridge's own rule allow these arguments? */
export function checkRule(profile: Profile): Link {
  return (call, next) => {
    const { definition } = call.target;
    const refuse = "refuse" in definition ? definition.refuse : undefined;
    const refusal = refuse?.(call.parsed as never, call.context);
    if (refusal === undefined) return next(call);
    const message = `${callName(call)}: ${refusal.reason} (profile "${profile.name}")`;
    const fix = `Under bridges: in the profile: ${refusal.grantLine}`;
    throw new SpellError("grant.rule", message, { fix, details: { grant: refusal.grantLine, profile: profile.name } });
  };
}
