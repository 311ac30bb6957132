import { dirname, isAbsolute, relative } from "node:path";
import { SpellError } from "../../contract/errors.ts";
import type { FileAccess } from "../../contract/files.ts";
import { cannot, type Subject } from "./file-errors.ts";
import type { Refuse, Wanted } from "./locate.ts";

/** Verbs whose path is a folder, so that it would itself be the root. */
const OF_FOLDERS: ReadonlySet<string> = new Set(["list", "search"]);

/** Refuses with the line of YAML that would grant it; only the person sees that, as it may name where a link leads. */
export function refuseOutside(access: FileAccess, currentFolder: string): Refuse {
  return (wanted, path, reason) => {
    const folder = OF_FOLDERS.has(wanted.verb) ? path : dirname(path);
    return denied(
      wanted,
      reason,
      `Under bridges: in the profile: ${grantLine(access, wanted, shown(folder, currentFolder))}`,
    );
  };
}

/** Refuses what no grant would give. */
export function refuseAlways(subject: Subject, reason: string): SpellError {
  return denied(subject, reason, "No grant gives it");
}

function denied(subject: Subject, reason: string, fix: string): SpellError {
  return new SpellError("grant.rule", cannot(subject, reason), {
    fix,
    details: { bridge: "files", path: subject.path },
  });
}

/** The whole entry with one root more. */
function grantLine(access: FileAccess, { kinds }: Wanted, folder: string): string {
  const [kind = "read"] = kinds;
  const lists = (["read", "write"] as const).flatMap((list) => {
    const roots = list === kind ? [...access[list], folder] : access[list];
    return roots.length === 0 ? [] : [`${list}: [${roots.map((root) => JSON.stringify(root)).join(", ")}]`];
  });
  return `files: { ${[...lists, ...(access.scratch ? ["scratch: true"] : [])].join(", ")} }`;
}

/** A path as a person would write it: from the current folder where it is in there. */
export function shown(path: string, currentFolder: string): string {
  const near = relative(currentFolder, path);
  if (near === "") return ".";
  return isAbsolute(near) || near === ".." || near.startsWith("../") || near.startsWith("..\\") ? path : near;
}
