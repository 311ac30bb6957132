/** Whether a profile reference is a file's path rather than a name. */
export function isPath(reference: string): boolean {
  return /[/\\]|\.ya?ml$/i.test(reference);
}

/** `path` as seen from the folder of `file`, without `.` and needless `..`; both as text, nothing is looked up. */
export function besideFile(file: string, path: string): string {
  const absolute = /^([/\\]|[A-Za-z]:[/\\])/.test(path);
  return cleanPath(absolute ? path : `${file.slice(0, file.search(/[^/\\]*$/))}${path}`);
}

/** A path with `/` between its parts and without `.` and needless `..`. */
export function cleanPath(path: string): string {
  const slashed = path.replaceAll("\\", "/");
  const [root = ""] = /^([A-Za-z]:)?\/*/.exec(slashed) ?? [];
  const parts: string[] = [];
  for (const part of slashed.slice(root.length).split("/")) {
    if (part === "" || part === ".") continue;
    const canGoUp = parts.length > 0 && parts.at(-1) !== "..";
    if (part === ".." && canGoUp) parts.pop();
    else if (part !== ".." || !root.endsWith("/")) parts.push(part);
  }
  return `${root.replace(/\/+$/, "/")}${parts.join("/")}` || ".";
}
