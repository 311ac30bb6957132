import type { Failure } from "../contract/errors.ts";
import { LIMITS, type LimitName } from "../contract/limits.ts";
import type { Profile } from "../contract/profile.ts";
import { isValueMap } from "../contract/value.ts";

/** A failure by a limit names the limit, its value, and the line that set it, whoever noticed. */
export function explainLimit(failure: Failure, profile: Profile): Failure {
  const name = limitOf(failure);
  if (name === undefined) return failure;
  const value = profile.limits[name];
  const path = `limits.${name}`;
  const named = failure.message.includes(path) ? failure.message : `${failure.message} (${path} = ${value})`;
  const details = isValueMap(failure.details) ? failure.details : {};
  return {
    ...failure,
    message: named,
    details: { ...details, limit: name, value },
    fix: `${path} is set ${placeOf(profile, path)}; ${raising(profile, name)}`,
  };
}

function limitOf({ code, details }: Failure): LimitName | undefined {
  const named = isValueMap(details) ? details["limit"] : undefined;
  if (typeof named === "string" && Object.hasOwn(LIMITS, named)) return named as LimitName;
  if (code === "limit.calls") return "calls";
  return (Object.keys(LIMITS) as LimitName[]).find((name) => LIMITS[name].code === code);
}

function placeOf({ name, origins }: Profile, path: string): string {
  const { file, line } = origins[path] ?? { file: "default", line: 0 };
  if (file === "default") return `by default (profile "${name}")`;
  return line === 0 ? `by ${file}` : `in ${file}, line ${line}`;
}

function raising({ raisable }: Profile, name: LimitName): string {
  const isAllowed = raisable.includes("*") || raisable.includes(name);
  return isAllowed ? `raise it there or with --limit ${name}=…` : "raise it in the profile, or make the spell do less";
}
