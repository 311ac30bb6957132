/** One version of Landlock's interface: what it can refuse that the one before could not (include/uapi/linux/landlock.h). */
interface Step {
  readonly version: number;
  /** Bits of handled_access_fs. */
  readonly files?: bigint;
  /** Bits of handled_access_net. */
  readonly network?: bigint;
  /** Bits of scoped. */
  readonly scopes?: bigint;
}

/** LANDLOCK_SCOPE_SIGNAL */
const SCOPE_SIGNAL = 2n;

/** A bit that a kernel does not know is an error, so each comes with its version. */
const STEPS: readonly Step[] = [
  // Execute, write, read, list, remove, and make files of every kind.
  { version: 1, files: 0x1fffn },
  // Linking and moving between folders.
  { version: 2, files: 1n << 13n },
  // Truncating.
  { version: 3, files: 1n << 14n },
  // Binding and connecting over TCP.
  { version: 4, network: 3n },
  // ioctl on devices.
  { version: 5, files: 1n << 15n },
  // Abstract sockets and processes of others.
  { version: 6, scopes: 1n | SCOPE_SIGNAL },
  // Sockets that have a path.
  { version: 9, files: 1n << 16n },
  // Binding and sending over UDP.
  { version: 10, network: 12n },
];

/** From this version on struct landlock_ruleset_attr has its second word. */
export const WITH_NETWORK = 4;
/** From this version on it has its third word. */
export const WITH_SCOPES = 6;

/**
 * struct landlock_ruleset_attr for a kernel with this version of the interface: all that it can refuse. No rule
 * is added to it, so all of it is refused. `signals`: whether signals to other processes are among it.
 */
export function encodeRuleset(version: number, signals: boolean): Uint8Array {
  const words = new BigUint64Array(version >= WITH_SCOPES ? 3 : version >= WITH_NETWORK ? 2 : 1);
  for (const step of STEPS.filter((it) => it.version <= version)) {
    const scopes = signals ? step.scopes : (step.scopes ?? 0n) & ~SCOPE_SIGNAL;
    for (const [index, bits] of [step.files, step.network, scopes].entries()) {
      if (bits) words[index] = (words[index] ?? 0n) | bits;
    }
  }
  return new Uint8Array(words.buffer);
}
