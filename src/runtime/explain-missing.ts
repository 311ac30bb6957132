import { grantLine } from "../contract/bridge.ts";
import type { Failure } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import { BRIDGES } from "./catalog.ts";

/** A script that used a module which its profile does not grant failed for that reason, whatever its language calls it. */
export function explainMissing(failure: Failure, profile: Profile): Failure {
  const { missing } = failure;
  const bridge = missing === undefined ? undefined : BRIDGES.get(missing);
  if (missing === undefined || bridge === undefined || Object.hasOwn(profile.bridges, missing)) return failure;
  return {
    ...failure,
    code: "grant.bridge",
    message: `The profile "${profile.name}" does not grant ${missing}`,
    details: { bridge: missing, profile: profile.name },
    fix: `Add under bridges: in the profile: ${grantLine(bridge)}`,
  };
}
