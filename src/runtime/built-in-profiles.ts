import type { Profile } from "../contract/profile.ts";
import { resolveBuiltIns } from "./resolve-built-ins.macro.ts" with { type: "macro" };

const RESOLVED: Readonly<Record<string, string>> = await resolveBuiltIns();

/** A built-in profile, as resolving its YAML gives it. */
export function builtInProfile(name: string): Profile | undefined {
  const json = Object.hasOwn(RESOLVED, name) ? RESOLVED[name] : undefined;
  if (json === undefined) return undefined;
  const profile = JSON.parse(json) as Profile;
  const { bridges, secrets, origins } = profile;
  return { ...profile, bridges: byName(bridges), secrets: byName(secrets), origins: byName(origins) };
}

/** Maps whose keys are names have no prototype, here as everywhere. */
function byName<T extends object>(map: T): T {
  return Object.assign(Object.create(null) as T, map);
}
