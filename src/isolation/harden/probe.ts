import type { Libc } from "../open-libc.ts";
import type { Attempt, Probed } from "./control.ts";
import { RESOURCES } from "./rlimits.ts";
import { systemCalls, type SystemCalls } from "./system-calls.ts";

const EPERM = -1;
const AT_FDCWD = -100;
const AF_INET = 2;
const SOCK_STREAM = 1;
/** Neither starts anything where it is let through: shared signal handlers need shared memory. */
const CLONE_SIGHAND = 0x800;
const PR_GET_DUMPABLE = 3;
const PR_GET_NO_NEW_PRIVS = 39;

/**
 * Tries, in this process, what no hardened process may do. Each attempt is a real call that would succeed or
 * fail with another error than EPERM where no filter refuses it, and that does no harm.
 */
export function probe(libc: Libc | undefined): Probed {
  const calls = systemCalls();
  if (libc === undefined || calls === undefined) return { type: "probed", attempts: [] };
  return { type: "probed", attempts: [...readBack(libc, calls), ...tryCalls(libc, calls)] };
}

function readBack(libc: Libc, { numbers }: SystemCalls): Attempt[] {
  const limits = Object.entries(RESOURCES).map(([name, { number, limit }]): Attempt => {
    const pair = new BigUint64Array(2);
    const answer = libc.call(numbers.prlimit64, 0, number, 0, new Uint8Array(pair.buffer));
    return { layer: "rlimits", name, refused: answer === 0 && pair.every((it) => it === BigInt(limit)) };
  });
  return [
    { layer: "no-new-privs", name: "gaining rights", refused: libc.prctl(PR_GET_NO_NEW_PRIVS, 0) === 1 },
    { layer: "no-new-privs", name: "being looked into", refused: libc.prctl(PR_GET_DUMPABLE, 0) === 0 },
    ...limits,
  ];
}

function tryCalls(libc: Libc, { numbers }: SystemCalls): Attempt[] {
  const text = (value: string) => new TextEncoder().encode(`${value}\0`);
  const nowhere = "/llmspell-probe/nowhere";
  const attempts: Readonly<Record<string, () => number>> = {
    "open a file": () => libc.call(numbers.openat, AT_FDCWD, text("/"), 0, 0),
    "create a socket": () => libc.call(numbers.socket, AF_INET, SOCK_STREAM, 0),
    "start a process": () => libc.call(numbers.clone, CLONE_SIGHAND, 0, 0, 0, 0),
    // A folder: nothing can come of it.
    "run a program": () => libc.call(numbers.execve, text("/"), 0, 0),
    "signal its broker": () => libc.call(numbers.kill, process.ppid, 0),
    "read its broker's memory": () => libc.call(numbers.process_vm_readv, process.ppid, 0, 0, 0, 0, 1 << 30),
    "delete a file": () => libc.call(numbers.unlinkat, AT_FDCWD, text(nowhere), 0),
    "make a folder": () => libc.call(numbers.mkdirat, AT_FDCWD, text(nowhere), 0),
    "change a file's mode": () => libc.call(numbers.fchmodat, AT_FDCWD, text(nowhere), 0),
    "make a file in memory": () => libc.call(numbers.memfd_create, text("probe"), 0),
    "set up io_uring": () => libc.call(numbers.io_uring_setup, 0, 0),
    "change its limits": () => libc.call(numbers.setrlimit, RESOURCES["core dumps"].number, 0),
    "install another filter": () => libc.call(numbers.seccomp, 0, 1, 0),
  };
  return Object.entries(attempts).map(([name, attempt]) => {
    return { layer: "seccomp", name, refused: attempt() === EPERM };
  });
}
