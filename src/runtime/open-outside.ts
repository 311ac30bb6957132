import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import type { Network, Secrets } from "../contract/network.ts";
import type { Profile, SecretGrant } from "../contract/profile.ts";
import { Redactor } from "../gate/index.ts";
import { openEgress, openEnvironment, openSecrets, type Environment, type Lookup } from "../host/index.ts";
import { PROVIDERS } from "../providers/index.ts";
import { providerKey } from "./provider-key.ts";

/** The network and the secrets of one run, and what keeps them from being seen. */
export interface Outside {
  readonly network: Network;
  readonly secrets: Secrets;
  /** Absent where there is nothing to be kept from anybody. */
  readonly redactor: Redactor | undefined;
  /** What a person should know before the run. */
  readonly warnings: readonly string[];
  close(): void;
}

/** What {@link openOutside} goes by. */
export interface OutsideOptions {
  readonly profile: Profile;
  readonly environmentFile: string | undefined;
  /** Instead of the system's resolver of names. */
  readonly lookup?: Lookup;
}

/** A provider's key that is shorter is no key but a word (`none`, `ollama`), which stands in texts by chance. */
const MIN_KEY_LENGTH = 8;

/** Reads the profile's secrets and opens the network. Throws `secret.unavailable` before anything of the spell runs. */
export async function openOutside({ profile, environmentFile, lookup }: OutsideOptions): Promise<Outside> {
  const environment = await openEnvironment(environmentFile);
  const secrets = await openSecrets(withPaths(profile), environment);
  const network = openEgress({
    reveal: (text, url) => secrets.reveal(text, url),
    environment,
    ...(lookup === undefined ? {} : { lookup }),
  });
  return {
    network,
    secrets,
    redactor: Redactor.of(new Map([...keysOf(environment), ...secrets.values()])),
    warnings: secrets.warnings(),
    close: () => network.close(),
  };
}

/** The keys of all providers, whether this run uses them or not: any could come back in an answer. */
function keysOf(environment: Environment): readonly (readonly [string, string])[] {
  return PROVIDERS.flatMap(({ keyVariable }) => {
    const key = providerKey(environment, keyVariable);
    return keyVariable === undefined || key === undefined || key.length < MIN_KEY_LENGTH ? [] : [[keyVariable, key]];
  });
}

/** Files begin in the folder of the profile that names them, `~/` in the person's own. */
function withPaths({ secrets, origins }: Profile): Record<string, SecretGrant> {
  const resolved = Object.entries(secrets).map(([name, grant]): [string, SecretGrant] => {
    if (grant.from !== "file") return [name, grant];
    const path = grant.name.startsWith("~/") ? resolve(homedir(), grant.name.slice(2)) : grant.name;
    const file = origins[`secrets.${name}.name`]?.file ?? "";
    return [name, { ...grant, name: resolve(dirname(file), path) }];
  });
  return Object.fromEntries(resolved);
}
