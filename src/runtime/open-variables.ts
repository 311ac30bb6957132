import type { Profile } from "../contract/profile.ts";
import type { Variables } from "../contract/variables.ts";
import { openVariables as open } from "../host/index.ts";
import { PROVIDERS } from "../providers/index.ts";

/** The variables that a run may be granted; providers' keys and the profile's secrets are told apart. */
export function openVariables(profile: Profile, environmentFile: string | undefined): Promise<Variables> {
  const keys = PROVIDERS.flatMap(({ keyVariable }) => (keyVariable === undefined ? [] : [keyVariable]));
  const secrets = Object.values(profile.secrets).flatMap(({ from, name }) => (from === "env" ? [name] : []));
  return open({ environmentFile, keys: [...keys, ...secrets] });
}
