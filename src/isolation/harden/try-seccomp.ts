import type { Libc } from "../open-libc.ts";
import type { Attempt } from "./control.ts";
import { RESOURCES } from "./rlimits.ts";
import type { SystemCall, SystemCalls } from "./system-calls.ts";

const EPERM = -1;
const ENOSYS = -38;
const AT_FDCWD = -100;
const ROOT = "/";
/** A path that is not there: nothing can come of it. */
const NOWHERE = "/llmspell-probe/nowhere";
/** No thread, number, option or command of any kind. */
const WRONG = 99_999;
/** Neither starts anything where it is let through: shared signal handlers need shared memory. */
const CLONE_SIGHAND = 0x800;
const CLONE_NEWUSER = 0x10000000;
const [AF_UNIX, AF_INET, AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK] = [1, 2, 16, 17, 38, 40];
const [SOCK_STREAM, SOCK_RAW, SOCK_SEQPACKET] = [1, 3, 5];
const [PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP] = [1, 4, 22];
const PTRACE_CONT = 7;

/** A call and its arguments: texts become paths. */
type Call = readonly [SystemCall, ...(number | string)[]];

/**
 * What is tried, most telling first. Without the filter each succeeds without harm or fails for another reason: a
 * path that is not there, a descriptor of -1, an option that does not exist.
 */
const attempts = (self: number, broker: number): Readonly<Record<string, Call>> => ({
  "open a file": ["openat", AT_FDCWD, ROOT, 0, 0],
  "create a socket": ["socket", AF_INET, SOCK_STREAM, 0],
  "start a process": ["clone", CLONE_SIGHAND, 0, 0, 0, 0],
  // A folder: nothing can come of it.
  "run a program": ["execve", ROOT, 0, 0],
  "signal its broker": ["kill", broker, 0],
  "read its broker's memory": ["process_vm_readv", broker, 0, 0, 0, 0, 1 << 30],
  "write its broker's memory": ["process_vm_writev", broker, 0, 0, 0, 0, 1 << 30],
  "trace its broker": ["ptrace", PTRACE_CONT, broker, 0, 0],
  "hold its broker": ["pidfd_open", broker, 0],
  "take its broker's descriptors": ["pidfd_getfd", -1, 0, 0],
  "compare itself with its broker": ["kcmp", self, broker, WRONG, 0, 0],
  "advise its broker's memory": ["process_madvise", -1, 0, 0, 0, 0],
  "signal everybody": ["kill", -1, 0],
  "signal a thread of its broker": ["tgkill", broker, broker, 0],
  "signal with a value": ["rt_sigqueueinfo", broker, 0, 0],
  "signal by a descriptor": ["pidfd_send_signal", -1, 0, 0, 0],
  // Paths.
  "open what is open again": ["openat", AT_FDCWD, "/proc/self/fd/0", 0, 0],
  "open under conditions": ["openat2", AT_FDCWD, ROOT, 0, 0],
  "open by handle": ["open_by_handle_at", -1, 0, 0],
  "look at a file": ["statx", AT_FDCWD, NOWHERE, 0, 0, 0],
  "read a link": ["readlinkat", AT_FDCWD, NOWHERE, 0, 0],
  "change its folder": ["chdir", NOWHERE],
  "change its root": ["chroot", NOWHERE],
  "delete a file": ["unlinkat", AT_FDCWD, NOWHERE, 0],
  "make a folder": ["mkdirat", AT_FDCWD, NOWHERE, 0],
  "make a device": ["mknodat", AT_FDCWD, NOWHERE, 0, 0],
  "make a link": ["linkat", AT_FDCWD, NOWHERE, AT_FDCWD, NOWHERE, 0],
  "make a symbolic link": ["symlinkat", ROOT, AT_FDCWD, NOWHERE],
  "rename a file": ["renameat2", AT_FDCWD, NOWHERE, AT_FDCWD, NOWHERE, 0],
  "cut a file": ["truncate", NOWHERE, 0],
  "change a file's mode": ["fchmodat", AT_FDCWD, NOWHERE, 0],
  "change a file's owner": ["fchownat", AT_FDCWD, NOWHERE, -1, -1, 0],
  "change a file's times": ["utimensat", AT_FDCWD, NOWHERE, 0, 0],
  "change a file's attributes": ["setxattr", NOWHERE, NOWHERE, 0, 0, 0],
  mount: ["mount", 0, 0, 0, 0, 0],
  unmount: ["umount2", NOWHERE, 0],
  "change the root mount": ["pivot_root", NOWHERE, NOWHERE],
  "copy a mount": ["open_tree", -1, NOWHERE, 0],
  "open a file system": ["fsopen", 0, 0],
  "move a mount": ["move_mount", -1, NOWHERE, -1, NOWHERE, 0],
  "change a mount": ["mount_setattr", -1, NOWHERE, WRONG, 0, 0],
  // Programs, processes and namespaces.
  "run an open program": ["execveat", -1, ROOT, 0, 0, WRONG],
  "make a file in memory": ["memfd_create", "probe", 0],
  "make a secret file in memory": ["memfd_secret", WRONG],
  "start a process the newer way": ["clone3", 0, 0],
  "leave its namespaces": ["unshare", CLONE_NEWUSER],
  "enter a namespace": ["setns", -1, 0],
  "make a user namespace": ["clone", CLONE_NEWUSER | CLONE_SIGHAND, 0, 0, 0, 0],
  // Sockets.
  "create a socket of this machine": ["socket", AF_UNIX, SOCK_STREAM, 0],
  "talk to the kernel (netlink)": ["socket", AF_NETLINK, SOCK_RAW, 0],
  "see packets": ["socket", AF_PACKET, SOCK_RAW, 0],
  "use the kernel's ciphers": ["socket", AF_ALG, SOCK_SEQPACKET, 0],
  "reach the host of a virtual machine": ["socket", AF_VSOCK, SOCK_STREAM, 0],
  "make a pair of sockets": ["socketpair", WRONG, SOCK_STREAM, 0, 0],
  connect: ["connect", -1, 0, 0],
  bind: ["bind", -1, 0, 0],
  accept: ["accept4", -1, 0, 0, 0],
  "send descriptors": ["sendmsg", -1, 0, 0],
  "receive descriptors": ["recvmsg", -1, 0, 0],
  // Doors into the kernel that had holes.
  "set up io_uring": ["io_uring_setup", 0, 0],
  "use io_uring": ["io_uring_enter", -1, 0, 0, 0, 0, 0],
  "register with io_uring": ["io_uring_register", -1, 0, 0, 0],
  "load a program into the kernel": ["bpf", WRONG, 0, 0],
  "count events": ["perf_event_open", 0, 0, -1, -1, 0],
  "handle page faults": ["userfaultfd", 1 << 30],
  "use keys": ["keyctl", WRONG, 0, 0, 0, 0],
  "add a key": ["add_key", 0, 0, 0, 0, 0],
  "request a key": ["request_key", 0, 0, 0, 0],
  "change its personality": ["personality", 0xffffffff],
  "control a device": ["ioctl", 0, 0, 0],
  "control a descriptor": ["fcntl", 0, 3, 0],
  splice: ["splice", -1, 0, -1, 0, 0, 0],
  tee: ["tee", -1, -1, 0, 0],
  "splice memory": ["vmsplice", -1, 0, 0, 0],
  "send a file": ["sendfile", -1, -1, 0, 0],
  "copy between files": ["copy_file_range", -1, 0, -1, 0, 0, 0],
  "make a timer": ["timerfd_create", WRONG, 0],
  "make a descriptor for events": ["eventfd2", 0, WRONG],
  "make a descriptor for signals": ["signalfd4", -1, 0, 0, 0],
  "make a queue of descriptors": ["epoll_create1", WRONG],
  "watch files": ["inotify_init1", WRONG],
  "watch a file system": ["fanotify_init", WRONG, WRONG],
  "make a pipe": ["pipe2", 0, WRONG],
  "copy a descriptor": ["dup", -1],
  "copy a descriptor to another": ["dup3", -1, -1, 0],
  "protect memory with keys": ["pkey_alloc", WRONG, 0],
  "lock memory": ["mlock", 0, 0],
  // What processes share.
  "share memory": ["shmget", WRONG, 0, 0],
  "use a message queue": ["msgget", WRONG, 0],
  "use a semaphore": ["semget", WRONG, 0, 0],
  "open a message queue": ["mq_open", "probe", 0, 0, 0],
  // Its own bonds, and rights.
  "change its limits": ["setrlimit", RESOURCES["core dumps"].number, 0],
  "outlive its broker": ["prctl", PR_SET_PDEATHSIG, WRONG, 0, 0, 0],
  "let itself be looked into": ["prctl", PR_SET_DUMPABLE, WRONG, 0, 0, 0],
  "install another filter": ["seccomp", 0, 1, 0],
  "install a filter the older way": ["prctl", PR_SET_SECCOMP, WRONG, 0, 0, 0],
  "become another person": ["setuid", -1],
  "join another group": ["setgid", -1],
  "join groups": ["setgroups", -1, 0],
  "set its capabilities": ["capset", 0, 0],
  "set a priority": ["setpriority", WRONG, 0, 0],
  "choose its processors": ["sched_setaffinity", 0, 0, 0],
  "choose its scheduling": ["sched_setscheduler", 0, WRONG, 0],
  "set a disk priority": ["ioprio_set", WRONG, 0, 0],
  // The machine.
  "restart the machine": ["reboot", 0, 0, 0, 0],
  "name the machine": ["sethostname", 0, WRONG],
  "set the clock": ["clock_settime", WRONG, 0],
  "add swap": ["swapon", NOWHERE, 0],
  "keep accounts": ["acct", NOWHERE],
  "read the kernel's log": ["syslog", WRONG, 0, 0],
});

/** Tries what the filter refuses. */
export function trySeccomp(libc: Libc, { numbers }: SystemCalls): Attempt[] {
  return Object.entries(attempts(process.pid, process.ppid)).map(([name, [call, ...args]]): Attempt => {
    const answer = libc.call(numbers[call], ...args.map((it) => (typeof it === "string" ? text(it) : it)));
    // The filter says of clone3 that it does not exist: libc then takes clone, whose flags can be seen.
    return { layer: "seccomp", name, refused: answer === (call === "clone3" ? ENOSYS : EPERM) };
  });
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`);
}
