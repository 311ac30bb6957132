import type { Profile } from "../contract/profile.ts";
import { resolveBuiltIns } from "./resolve-built-ins.macro.ts" with { type: "macro" };

const RESOLVED: Readonly<Record<string, string>> = await resolveBuiltIns();

/** A built-in profile, as resolving its YAML gives it. */
export function builtInProfile(name: string): Profile | undefined {
  const json = Object.hasOwn(RESOLVED, name) ? RESOLVED[name] : undefined;
  return json === undefined ? undefined : (JSON.parse(json, withoutPrototype) as Profile);
}

/** Maps whose keys are names have no prototype, here as everywhere. */
function withoutPrototype(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.assign(Object.create(null) as object, value);
}
