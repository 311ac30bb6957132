import { fstatSync } from "node:fs";

/**
 * Whether a person is at the other end of a descriptor. node:tty brings all of Node's streams with it (2 ms), so it is
 * asked only of what may be a terminal.
 */
export function isTerminal(descriptor: number): boolean {
  return mayBeTerminal(descriptor) && process.getBuiltinModule("node:tty").isatty(descriptor);
}

function mayBeTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    // Closed, or of a kind that this system does not tell of.
    return process.platform === "win32";
  }
}
