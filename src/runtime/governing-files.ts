import type { Profile } from "../contract/profile.ts";
import type { Project } from "../profile/index.ts";

/** The files that say what a run may do: its profile's, the project's, and that of the approvals that a person named. */
export function governingFiles(
  { origins }: Profile,
  project: Project | undefined,
  approvals: string | undefined,
): readonly string[] {
  const written = Object.values(origins).flatMap(({ file, line }) => {
    return line > 0 && !file.startsWith("built in ") ? [file] : [];
  });
  const others = [project?.file, approvals].filter((file) => file !== undefined);
  return [...new Set([...written, ...others])];
}
