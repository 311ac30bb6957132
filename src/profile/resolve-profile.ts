import type { Profile } from "../contract/profile.ts";
import { builtInTree } from "./built-in.ts";
import { loadProfileTree, type InlineProfiles, type ReadText } from "./load-chain.ts";
import { everyGrant, type ProfileCatalogue } from "./profile-schema.ts";
import { toProfile } from "./to-profile.ts";

/** What {@link resolveProfile} needs beside the profile's name. */
export interface ResolveOptions extends ProfileCatalogue {
  /** Reads profiles that are files; without it there are none. */
  readonly read?: ReadText;
  /** The project's file, for the profiles in it. */
  readonly project?: InlineProfiles | undefined;
}

const NOTHING_TO_READ: ReadText = () => Promise.resolve(undefined);

/**
 * The profile that a name or path stands for: parsed, merged with all that it extends, checked, defaults filled in.
 * Throws `profile.not-found`, or `profile.invalid` with the place of the first fault.
 */
export async function resolveProfile(reference: string, options: ResolveOptions): Promise<Profile> {
  const { read = NOTHING_TO_READ, project, bridges, engines } = options;
  const everything = everyGrant(options);
  const places = { builtIn: builtInTree, read, inline: project, everything };
  const tree = await loadProfileTree(reference, places);
  return toProfile(reference, tree, { bridges, engines });
}
