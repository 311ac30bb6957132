import { badPath, type Subject } from "./file-errors.ts";

/** As the kernel has it. */
const MAX_PATH = 4096;

/** Throws `call.arguments` for a text that is no path, or means something else to the system than it says. */
export function checkPathText(subject: Subject, platform: NodeJS.Platform = process.platform): void {
  const { path } = subject;
  if (path === "") throw badPath(subject, "the path is empty");
  if (path.includes("\0")) throw badPath(subject, "a path cannot hold NUL");
  if (path.length > MAX_PATH) throw badPath(subject, `a path has at most ${MAX_PATH} letters`);
  if (!path.isWellFormed()) throw badPath(subject, "the path is not Unicode text");
  if (platform === "win32") checkWindowsNames(subject);
}

/** Names of devices, with any ending, in any folder. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;

/** Windows drops dots and spaces at the end of a name, takes a colon for a stream, and has devices in every folder. */
function checkWindowsNames(subject: Subject): void {
  const { path } = subject;
  if (/^[\\/]{2}/.test(path)) throw badPath(subject, "paths of devices and of other machines are not granted");
  for (const name of path.replace(/^[A-Za-z]:/, "").split(/[\\/]/)) {
    if (name === "." || name === "..") continue;
    if (name.includes(":")) throw badPath(subject, "a name cannot hold a colon");
    if (/[. ]$/.test(name)) throw badPath(subject, "a name cannot end with a dot or space");
    if (DEVICE.test(name.trimEnd())) throw badPath(subject, "it is the name of a device");
  }
}
