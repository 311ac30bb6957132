import { readFileSync } from "node:fs";
import type { Libc } from "../open-libc.ts";
import type { Layer } from "./layer.ts";
import { systemCalls } from "./system-calls.ts";

/**
 * Resource → its number (asm-generic/resource.h, the same on x64 and arm64) and its limit. Not the number of
 * processes, for it counts threads of the same person elsewhere too; not the address space: under 2 GB
 * JavaScriptCore runs without its JIT and says nothing.
 */
export const RESOURCES = {
  /** Bytes that a file may grow to. Pipes and sockets have no such limit. */
  "file size": { number: 1, limit: 0 },
  /** Bytes of a core dump. Where dumps go to a program this counts for nothing, but that the process is not dumpable does. */
  "core dumps": { number: 4, limit: 0 },
  /** The descriptors that Bun opens at its start, and a few more. */
  descriptors: { number: 7, limit: 64 },
  /** Bytes that may be kept from being swapped out. */
  "locked memory": { number: 8, limit: 0 },
  /** Bytes in queues of messages. */
  "message queues": { number: 12, limit: 0 },
} as const;

/** Bytes of private memory that can be written, by resource limit. */
export const RLIMIT_DATA = 2;

/**
 * What JavaScriptCore, the VMs and the allocators may reserve beyond what they use. The broker sees what is really
 * used and ends the process long before; this holds where the broker cannot look for a while.
 */
const RESERVED = 4 * 1024 ** 3;

/** What the process could still write or open, were it let to. */
export const rlimits: Layer = {
  name: "rlimits",
  apply(libc, memory) {
    const numbers = systemCalls()?.numbers;
    if (numbers === undefined) return `not known for ${process.arch}`;
    const data = dataBytes();
    if (data === undefined) return "the kernel does not say how much memory there is";
    for (const [name, { number, limit }] of Object.entries(RESOURCES)) {
      const answer = setLimit(libc, numbers.prlimit64, number, limit);
      if (answer !== 0) return `the kernel refused the limit "${name}" with error ${-answer}`;
    }
    // By now what JavaScriptCore reserves at its start is there and counted: the JIT stays on.
    const answer = setLimit(libc, numbers.prlimit64, RLIMIT_DATA, data + memory + RESERVED);
    return answer === 0 ? undefined : `the kernel refused the limit "memory" with error ${-answer}`;
  },
};

/** struct rlimit64: the soft limit and the hard one. */
function setLimit(libc: Libc, prlimit64: number, resource: number, limit: number): number {
  const pair = new Uint8Array(new BigUint64Array([BigInt(limit), BigInt(limit)]).buffer);
  return libc.call(prlimit64, 0, resource, pair, 0);
}

/** The bytes that RLIMIT_DATA counts. */
function dataBytes(): number | undefined {
  try {
    const [, kilobytes] = /^VmData:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
