import { SpellError } from "../../contract/errors.ts";
import type { SecretInfo, Secrets } from "../../contract/network.ts";
import type { SecretGrant } from "../../contract/profile.ts";
import type { SecretText } from "../../contract/secret-text.ts";
import type { Environment } from "../environment.ts";
import { hostMatches } from "./host-matches.ts";
import { readSecret } from "./read-secret.ts";

/** Shorter ones stand in texts by chance, and could not be kept out of what a script sees. */
export const MIN_SECRET_LENGTH = 6;

interface KnownSecret extends SecretInfo {
  readonly value: string;
}

/** The secrets of a run with their values, which leave it by {@link reveal} alone. */
export class SecretStore implements Secrets {
  readonly #secrets: readonly KnownSecret[];

  constructor(secrets: readonly KnownSecret[]) {
    this.#secrets = secrets;
  }

  list(): readonly SecretInfo[] {
    return this.#secrets.map(({ name, hosts, refused }) => ({
      name,
      hosts,
      ...(refused === undefined ? {} : { refused }),
    }));
  }

  /** What a person should know before the run. */
  warnings(): readonly string[] {
    return this.#secrets.flatMap(({ name, refused }) =>
      refused === undefined ? [] : [`the secret "${name}" ${refused}`],
    );
  }

  /** Every value by its secret's name: what must not be seen. */
  values(): ReadonlyMap<string, string> {
    return new Map(
      this.#secrets.filter(({ refused }) => refused === undefined).map(({ name, value }) => [name, value]),
    );
  }

  /** The text with the secret in it, for the one host that it goes to. */
  reveal({ secret: name, before, user }: SecretText, url: URL): string {
    const found = this.#secrets.find((secret) => secret.name === name);
    if (found === undefined || found.refused !== undefined) {
      throw new SpellError("grant.rule", `The profile has no secret "${name}" that can be sent`);
    }
    if (!found.hosts.some((pattern) => hostMatches(pattern, url))) {
      throw new SpellError("grant.rule", `The secret "${name}" may not be sent to "${url.host}"`, {
        fix: `Add the host to the profile: secrets: { ${name}: { hosts: [${[...found.hosts, url.host].map((host) => JSON.stringify(host)).join(", ")}] } }`,
        details: { secret: name, host: url.host },
      });
    }
    const inner = user === undefined ? found.value : Buffer.from(`${user}:${found.value}`).toString("base64");
    // A header's letters stand for bytes: those of UTF-8, as everybody sends them.
    return Buffer.from(before + inner).toString("latin1");
  }
}

/** Reads every secret of a profile. Throws `secret.unavailable` naming all that have no value. */
export async function openSecrets(
  grants: Readonly<Record<string, SecretGrant>>,
  environment: Environment,
): Promise<SecretStore> {
  const read = Object.entries(grants).map(async ([name, grant]) => ({
    name,
    grant,
    found: await readSecret(grant, environment),
  }));
  const secrets: KnownSecret[] = [];
  const missing: { readonly name: string; readonly reason: string }[] = [];
  for (const { name, grant, found } of await Promise.all(read)) {
    const { hosts } = grant;
    if ("reason" in found) missing.push({ name, reason: found.reason });
    else if (found.value.length >= MIN_SECRET_LENGTH) secrets.push({ name, hosts, value: found.value });
    else
      secrets.push({ name, hosts, value: "", refused: `is shorter than ${MIN_SECRET_LENGTH} characters and not used` });
  }
  if (missing.length === 0) return new SecretStore(secrets);
  const message = missing.map(({ name, reason }) => `The secret "${name}" has no value: ${reason}`).join("; ");
  throw new SpellError("secret.unavailable", message, { details: { secrets: missing.map(({ name }) => name) } });
}
