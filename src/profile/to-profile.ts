import { LIMITS, STANDARD_LIMITS, type Limits } from "../contract/limits.ts";
import type { Budget, Isolation, Profile, SecretGrant } from "../contract/profile.ts";
import type { Parsed } from "../contract/schema.ts";
import { checkTree } from "./check-tree.ts";
import { collectOrigins } from "./origins.ts";
import { placePaths } from "./place-paths.ts";
import { profileSchema, type ProfileCatalogue, type ProfileSchema } from "./profile-schema.ts";
import type { YamlMap } from "./yaml-tree.ts";

/** How a profile isolates that does not say so itself. */
const DEFAULT_ISOLATION: Isolation = { rung: "process", hardening: "best-effort" };

/** How long a person has to approve a call, in ms. */
const DEFAULT_ASK_TIMEOUT = 300_000;

/** Checks a merged tree and fills in the defaults. */
export function toProfile(name: string, tree: YamlMap, catalogue: ProfileCatalogue): Profile {
  const parsed: Parsed<ProfileSchema> = checkTree(tree, profileSchema(catalogue), {
    code: "profile.invalid",
    nouns: { bridges: "bridge" },
  });
  const profile = {
    name,
    description: parsed.description ?? "",
    engines: parsed.engines ?? catalogue.engines,
    bridges: present(parsed.bridges ?? {}),
    limits: fillLimits(parsed.limits ?? {}),
    raisable: parsed.raisable ?? [],
    ask: parsed.ask ?? [],
    approve: parsed.approve ?? [],
    egress: parsed.egress ?? "open",
    askTimeout: parsed.askTimeout ?? DEFAULT_ASK_TIMEOUT,
    journal: parsed.journal ?? "on",
    budget: present(parsed.budget ?? {}) as Budget,
    isolation: { ...DEFAULT_ISOLATION, ...present(parsed.isolation ?? {}) },
    secrets: fillSecrets(parsed.secrets ?? {}),
  };
  const origins = collectOrigins(profile, tree);
  return { ...profile, bridges: placeGrants(profile.bridges, catalogue, origins), origins };
}

function placeGrants(
  grants: Profile["bridges"],
  { bridges }: ProfileCatalogue,
  origins: Profile["origins"],
): Profile["bridges"] {
  const placed: Record<string, unknown> = Object.create(null);
  for (const [name, grant] of Object.entries(grants)) {
    const schema = bridges[name];
    placed[name] = schema === undefined ? grant : placePaths(grant, schema, `bridges.${name}`, origins);
  }
  return placed;
}

function fillLimits(written: Readonly<Record<string, number | undefined>>): Limits {
  const names = Object.keys(LIMITS) as (keyof Limits)[];
  return Object.fromEntries(names.map((name) => [name, written[name] ?? STANDARD_LIMITS[name]])) as Limits;
}

type WrittenSecret = Omit<SecretGrant, "name"> & { readonly name?: string | undefined };

function fillSecrets(written: Readonly<Record<string, WrittenSecret>>): Record<string, SecretGrant> {
  const secrets: Record<string, SecretGrant> = Object.create(null);
  for (const [name, secret] of Object.entries(written)) {
    secrets[name] = { from: secret.from, name: secret.name ?? name, hosts: secret.hosts };
  }
  return secrets;
}

/** Without the keys that are there but undefined; no prototype, as names come from a file. */
function present<T extends object>(map: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
