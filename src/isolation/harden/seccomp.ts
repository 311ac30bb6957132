import { encodeFilter, makeFilter } from "./filter.ts";
import type { Layer } from "./layer.ts";
import { systemCalls } from "./system-calls.ts";

/** seccomp(2) */
const SECCOMP_SET_MODE_FILTER = 1;
/** All threads, also those of the JIT and the collector. */
const TSYNC = 1;
/** Without it older kernels slow the whole process down against Spectre: it has nothing of its own to steal. */
const SPEC_ALLOW = 4;

/** Refuses every system call that a spell's process has no use for once its engine is loaded. */
export const seccomp: Layer = {
  name: "seccomp",
  apply(libc) {
    const calls = systemCalls();
    if (calls === undefined) return `not known for ${process.arch}`;
    const filter = encodeFilter(makeFilter(calls, process.pid, libc.isMusl));
    // struct sock_fprog: the number of instructions, and at the next 8 bytes their address.
    const program = new Uint8Array(16);
    const view = new DataView(program.buffer);
    view.setUint16(0, filter.length / 8, true);
    view.setBigUint64(8, BigInt(libc.address(filter)), true);
    const flags = TSYNC | SPEC_ALLOW;
    const answer = libc.call(calls.numbers.seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
    if (answer === 0) return undefined;
    if (answer > 0) return `thread ${answer} could not be bound`;
    return `the kernel refused the filter of ${filter.length} bytes with error ${-answer}`;
  },
};
