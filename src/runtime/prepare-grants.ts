import type { GrantFinding } from "../contract/bridge.ts";
import type { Effects } from "../contract/effects.ts";
import { SpellError, type SourcePosition } from "../contract/errors.ts";
import type { Origin, Profile } from "../contract/profile.ts";
import type { GrantWarning } from "./grant-warning.ts";
import { checkPatterns } from "./check-patterns.ts";
import { BRIDGES } from "./catalog.ts";

/**
 * Has every granted bridge look at what its grant names, before the run. Throws `profile.invalid` with the profile's
 * line for the first that cannot be (a folder that does not exist); answers what is wider than a person may want.
 */
export async function prepareGrants(profile: Profile, effects: Effects): Promise<readonly GrantWarning[]> {
  const found = await Promise.all(Object.keys(profile.bridges).map((name) => prepareOne(name, profile, effects)));
  return [...checkPatterns(profile), ...found.flat()];
}

async function prepareOne(name: string, profile: Profile, effects: Effects): Promise<readonly GrantWarning[]> {
  const prepare = BRIDGES.get(name)?.prepare;
  if (prepare === undefined) return [];
  const originOf = (path: string): Origin | undefined => profile.origins[`bridges.${name}.${path}`];
  const isOwn = (path: string) => {
    const origin = originOf(path);
    return origin !== undefined && origin.line > 0 && !origin.file.startsWith("built in ");
  };
  const findings = await prepare({ grant: profile.bridges[name], effects, isOwn });
  const fault = findings.find(({ severity }) => severity === "error");
  if (fault !== undefined)
    throw new SpellError("profile.invalid", textOf(name, fault), { ...placeOf(fault, originOf) });
  return findings.map((finding) => {
    const { position } = placeOf(finding, originOf);
    return { message: textOf(name, finding), ...(position === undefined ? {} : { position }) };
  });
}

function textOf(name: string, { path, message }: GrantFinding): string {
  return `bridges.${name}.${path.replace(/\.(\d+)/g, "[$1]")}: ${message}`;
}

function placeOf(
  { path, fix }: GrantFinding,
  originOf: (path: string) => Origin | undefined,
): { readonly position?: SourcePosition; readonly fix?: string } {
  const origin = originOf(path);
  const mended = fix === undefined ? {} : { fix };
  if (origin === undefined || origin.line === 0) return mended;
  return { position: { ...origin, column: 0 }, ...mended };
}
