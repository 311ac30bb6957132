import type { Libc } from "../open-libc.ts";
import type { Attempt, ProbeFrame } from "./control.ts";
import { askLandlock } from "./landlock.ts";
import { WITH_NETWORK, WITH_SCOPES } from "./ruleset.ts";
import type { SystemCalls } from "./system-calls.ts";

const EPERM = -1;
const EACCES = -13;
const AT_FDCWD = -100;
/** O_WRONLY; O_DIRECTORY is another bit on arm64, and a folder opens without it too. */
const WRITE = 1;
const AF_UNIX = 1;
const AF_INET = 2;
const SOCK_STREAM = 1;

/** struct sockaddr_in of this machine itself: a family, a port in network order, an address. */
const internet = (port: number) =>
  new Uint8Array([AF_INET, 0, port >> 8, port & 255, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);

/**
 * Tries to reach what Landlock forbids, in a process without the filter that would refuse it first. Only what this
 * kernel's Landlock knows how to refuse is tried.
 */
export async function tryLandlock(libc: Libc, calls: SystemCalls, { socket }: ProbeFrame): Promise<Attempt[]> {
  const { numbers } = calls;
  const { version, signals } = askLandlock(libc, calls);
  const attempts: Attempt[] = [];
  const add = (name: string, refused: boolean) => attempts.push({ layer: "landlock", name, refused });
  const opening = (path: string, flags: number) => {
    const answer = libc.call(numbers.openat, AT_FDCWD, text(path), flags, 0);
    if (answer >= 0) libc.call(numbers.close, answer);
    return answer;
  };
  const withSocket = (family: number, call: number, address: Uint8Array) => {
    const descriptor = libc.call(numbers.socket, family, SOCK_STREAM, 0);
    const answer = libc.call(call, descriptor, address, address.length);
    libc.call(numbers.close, descriptor);
    return answer;
  };
  add("read a file", opening("/proc/self/exe", 0) === EACCES);
  add("read a file on another thread", await refusedElsewhere("/proc/self/exe"));
  add("list a folder", opening("/", 0) === EACCES);
  add("write to a file", opening("/proc/self/comm", WRITE) === EACCES);
  add("run a program", cannotRun());
  add("read its broker's memory", readMemory(libc, calls, process.ppid) === EPERM);
  if (version >= WITH_NETWORK) {
    add("connect over TCP", withSocket(AF_INET, numbers.connect, internet(9)) === EACCES);
    add("listen on a TCP port", withSocket(AF_INET, numbers.bind, internet(0)) === EACCES);
  }
  if (signals) add("signal its broker", libc.call(numbers.kill, process.ppid, 0) === EPERM);
  if (version >= WITH_SCOPES && socket !== undefined) {
    const address = new Uint8Array([AF_UNIX, 0, ...new TextEncoder().encode(`\0${socket}`)]);
    add("connect to an abstract socket", withSocket(AF_UNIX, numbers.connect, address) === EPERM);
  }
  return attempts;
}

/** Bun opens files like this on a thread of its pool. */
async function refusedElsewhere(path: string): Promise<boolean> {
  try {
    const { open } = await import("node:fs/promises");
    await (await open(path)).close();
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EACCES";
  }
}

/** The program that this is, for its version. */
function cannotRun(): boolean {
  try {
    return !Bun.spawnSync([process.execPath, "--version"], { stdin: "pipe", env: {} }).success;
  } catch {
    return true;
  }
}

/** One byte from an address where nothing is: an error of its own where the look is allowed. */
function readMemory(libc: Libc, { numbers }: SystemCalls, pid: number): number {
  const into = new Uint8Array(8);
  // struct iovec: address and length.
  const vector = (address: number) => new Uint8Array(new BigUint64Array([BigInt(address), 1n]).buffer);
  return libc.call(numbers.process_vm_readv, pid, vector(libc.address(into)), 1, vector(1), 1, 0);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`);
}
