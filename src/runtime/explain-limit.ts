import type { Failure } from "../contract/errors.ts";
import { LIMITS, type LimitName } from "../contract/limits.ts";
import type { Profile } from "../contract/profile.ts";
import { isValueMap } from "../contract/value.ts";

/** A failure by a limit or budget names it, its value, and the line that set it, whoever noticed. */
export function explainLimit(failure: Failure, profile: Profile): Failure {
  const path = pathOf(failure);
  if (path === undefined) return failure;
  const value = valueAt(profile, path);
  const named = failure.message.includes(path) ? failure.message : `${failure.message} (${path} = ${value})`;
  const details = isValueMap(failure.details) ? failure.details : {};
  return {
    ...failure,
    message: named,
    details: { ...details, limit: path, value: value ?? null },
    fix: `${path} is set ${placeOf(profile, path)}; ${raising(profile, path)}`,
  };
}

/** `limits.fuel` or `budget.usd`. */
function pathOf({ code, details }: Failure): string | undefined {
  const named = isValueMap(details) ? details["limit"] : undefined;
  if (typeof named === "string" && Object.hasOwn(LIMITS, named)) return `limits.${named}`;
  if (typeof named === "string" && /^(?:limits|budget)\.\w+$/.test(named)) return named;
  if (code === "limit.calls") return "limits.calls";
  const name = (Object.keys(LIMITS) as LimitName[]).find((candidate) => LIMITS[candidate].code === code);
  return name === undefined ? undefined : `limits.${name}`;
}

function valueAt(profile: Profile, path: string): number | undefined {
  const [section, name = ""] = path.split(".");
  const values: Readonly<Record<string, number | undefined>> =
    section === "budget" ? { ...profile.budget } : profile.limits;
  return values[name];
}

function placeOf({ name, origins }: Profile, path: string): string {
  const { file, line } = origins[path] ?? { file: "default", line: 0 };
  if (file === "default") return `by default (profile "${name}")`;
  return line === 0 ? `by ${file}` : `in ${file}, line ${line}`;
}

function raising({ raisable }: Profile, path: string): string {
  const name = path.replace(/^limits\./, "");
  const isAllowed = raisable.includes("*") || raisable.includes(name);
  const option = path.startsWith("budget.") ? `--budget ${path.slice("budget.".length)}` : `--limit ${name}`;
  return isAllowed ? `raise it there or with ${option}=…` : "raise it in the profile, or make the spell do less";
}
