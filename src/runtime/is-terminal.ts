import { fstatSync } from "node:fs";

/**
 * Whether a person is at the other end of a descriptor. node:tty knows, but brings all of Node's streams with it (2 to
 * 3 ms): it is asked only where the kind of the device does not say.
 */
export function isTerminal(descriptor: number): boolean {
  return byDevice(descriptor) ?? process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** Linux's numbers of kinds of devices, from its devices.txt: pseudo-terminals, and /dev/null among the memory. */
const PSEUDO_TERMINALS = { from: 136, to: 143 };
const MEMORY = 1;

function byDevice(descriptor: number): boolean | undefined {
  try {
    const info = fstatSync(descriptor);
    if (!info.isCharacterDevice()) return false;
    if (process.platform !== "linux") return undefined;
    const kind = (info.rdev >> 8) & 0xfff;
    if (kind >= PSEUDO_TERMINALS.from && kind <= PSEUDO_TERMINALS.to) return true;
    return kind === MEMORY ? false : undefined;
  } catch {
    // Closed, or of a kind that this system does not tell of.
    return undefined;
  }
}
