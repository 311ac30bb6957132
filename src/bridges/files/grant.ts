import type { GrantFinding, PrepareContext } from "../../contract/bridge.ts";
import type { FileAccess } from "../../contract/files.ts";
import { count, shape, once, path, size, v } from "../../contract/schema.ts";

const MIB = 1024 * 1024;

/** What a profile may say of files. */
export const grantSchema = once(() =>
  shape({
    read: v.optional(
      v.pipe(
        v.array(path()),
        v.description(
          "Folders whose files may be read, listed and searched; relative ones begin in the profile's folder",
        ),
      ),
      [],
    ),
    write: v.optional(
      v.pipe(
        v.array(path()),
        v.description(
          "Folders in which files may be written, moved and removed; to read them, name them under read as well",
        ),
      ),
      [],
    ),
    scratch: v.optional(
      v.pipe(v.boolean(), v.description("Whether each run has a folder of its own that is gone when it ends")),
      false,
    ),
    maxFileBytes: v.optional(
      v.pipe(size(), v.description("The most bytes of one read, and of one file that is written")),
      10 * MIB,
    ),
    maxWrittenBytes: v.optional(v.pipe(size(), v.description("The most bytes that a run writes in all")), 100 * MIB),
    maxFiles: v.optional(
      v.pipe(count(), v.description("The most files and folders that one call lists, finds or removes")),
      1000,
    ),
  }),
);

/** All files, and a scratch folder. */
export const EVERYTHING = { read: ["/"], write: ["/"], scratch: true };

/** Every root must be a folder; one that is the whole disk is warned of. */
export async function prepareGrant({ grant, effects, isOwn }: PrepareContext): Promise<readonly GrantFinding[]> {
  const access = grant as FileAccess;
  const faults = await effects.files.under(access).faults();
  return [
    ...faults.map(({ list, index, reason }): GrantFinding => {
      const message = `the folder ${JSON.stringify(access[list][index])} ${reason}`;
      const fix = "Make the folder, or correct the path; relative ones begin in the folder of the profile's file";
      return { severity: "error", path: `${list}.${index}`, message, fix };
    }),
    ...(["read", "write"] as const).flatMap((list) =>
      access[list].flatMap((root, index): GrantFinding[] => {
        if (!TOO_WIDE.test(root) || !isOwn(`${list}.${index}`)) return [];
        const what = list === "read" ? "read every file that you can" : "write and remove every file that you can";
        return [{ severity: "warning", path: `${list}.${index}`, message: `"${root}" lets a spell ${what}` }];
      }),
    ),
  ];
}

/** The root of a disk, or all of one's own. */
const TOO_WIDE = /^(?:\/+|~\/*|[A-Za-z]:[\\/]*|\/(?:home|Users)\/?)$/;
