import type { Layer } from "./layer.ts";
import { systemCalls } from "./system-calls.ts";

/**
 * Resource → its number (asm-generic/resource.h, the same on x64 and arm64) and its limit. Not the number of
 * processes, for it counts threads of the same person elsewhere too; not address space or data: under 2 GB
 * JavaScriptCore runs without its JIT and says nothing.
 */
export const RESOURCES = {
  /** Bytes that a file may grow to. Pipes and sockets have no such limit. */
  "file size": { number: 1, limit: 0 },
  /** Bytes of a core dump. */
  "core dumps": { number: 4, limit: 0 },
  /** The descriptors that Bun opens at its start, and a few more. */
  descriptors: { number: 7, limit: 64 },
} as const;

/** What the process could still write or open, were it let to. */
export const rlimits: Layer = {
  name: "rlimits",
  apply(libc) {
    const numbers = systemCalls()?.numbers;
    if (numbers === undefined) return `not known for ${process.arch}`;
    for (const [name, { number, limit }] of Object.entries(RESOURCES)) {
      // struct rlimit64: the soft limit and the hard one.
      const pair = new Uint8Array(new BigUint64Array([BigInt(limit), BigInt(limit)]).buffer);
      const answer = libc.call(numbers.prlimit64, 0, number, pair, 0);
      if (answer !== 0) return `the kernel refused the limit "${name}" with error ${-answer}`;
    }
    return undefined;
  },
};
