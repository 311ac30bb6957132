import { grantLine, type Bridge } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import type { Link } from "./call.ts";

/** Is the module granted? */
export function checkGrant(profile: Profile, bridges: ReadonlyMap<string, Bridge>): Link {
  return (call, next) => {
    if (Object.hasOwn(profile.bridges, call.module)) return next(call);
    throw new SpellError("grant.bridge", `The profile "${profile.name}" does not grant ${call.module}`, {
      fix: `Add under bridges: in the profile: ${grantLine(bridges.get(call.module) ?? { name: call.module })}`,
      details: { bridge: call.module, profile: profile.name },
    });
  };
}
