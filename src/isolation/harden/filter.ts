import type { SystemCalls } from "./system-calls.ts";

/**
 * What a spell's process goes on doing once its engine is loaded: reading and writing what is open, memory,
 * threads, time. It is the list of what is let through: all that is not named is refused, whatever a later
 * kernel may add. Seen with strace under heavy runs of every engine, and what libc and JavaScriptCore do
 * besides when memory or time is short. The frequent ones come first.
 */
const ALLOWED = [
  ...["futex", "write", "read", "madvise", "mprotect", "mmap", "munmap", "mremap", "brk", "membarrier"],
  ...["sched_yield", "clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "clock_getres"],
  ...["rt_sigprocmask", "rt_sigreturn", "rt_sigaction", "rt_sigsuspend", "sigaltstack", "restart_syscall"],
  ...["gettid", "getpid", "getppid", "getcpu", "rseq", "set_robust_list", "set_tid_address", "exit", "exit_group"],
  ...["sched_getaffinity", "sched_getparam", "sched_getscheduler", "getrandom", "sysinfo", "uname", "getrlimit"],
  ...["times", "getrusage", "getuid", "geteuid", "getgid", "getegid"],
  ...["readv", "writev", "close", "fstat", "poll", "ppoll"],
  ...["epoll_wait", "epoll_pwait", "epoll_pwait2", "epoll_ctl", "timerfd_settime"],
] as const satisfies readonly (keyof SystemCalls["numbers"])[];

/** include/uapi/linux/seccomp.h; an errno goes into the low bits. */
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const ERRNO = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;

/** include/uapi/linux/bpf_common.h: load a word, jump if equal, jump if any bit, jump, return. */
const LOAD = 0x20;
const EQUAL = 0x15;
const ANY_BIT = 0x45;
const JUMP = 0x05;
const RETURN = 0x06;

/** struct seccomp_data. The low word of an argument comes first: both architectures are little-endian. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const argument = (index: number) => 16 + 8 * index;

const CLONE_THREAD = 0x00010000;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const CLONE_NAMESPACES = 0x7e020000;

/** PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NO_NEW_PRIVS, PR_SET_VMA (names for memory, seen in /proc only). */
const PRCTL_OPTIONS = [3, 15, 39, 0x53564d41];

/** One instruction: code, jumps when true and when false (counted from the next one), operand. */
export type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, operand: number];

const answer = (value: number): Instruction => [RETURN, 0, 0, value];
const load = (offset: number): Instruction => [LOAD, 0, 0, offset];
const refuse = answer(ERRNO | EPERM);
const allow = answer(ALLOW);

/**
 * The filter as a program for the kernel. `pid` is that of the process, which may signal its own threads;
 * `allowTkill` lets it do so by thread number alone, as musl does.
 */
export function makeFilter(calls: SystemCalls, pid: number, allowTkill: boolean): Instruction[] {
  const { architecture, numbers } = calls;
  const program: Instruction[] = [
    load(ARCHITECTURE),
    // Another architecture's numbers (32 bits) mean other calls.
    [EQUAL, 1, 0, architecture],
    answer(KILL_PROCESS),
    // The x32 ABI has its bit in the number, which then equals none of these.
    load(NUMBER),
  ];
  const always: number[] = allowTkill ? [numbers.tkill] : [];
  for (const name of ALLOWED) {
    const number = numbers[name];
    if (number !== undefined) always.push(number);
  }
  // Each jumps to the one `allow` behind them all, and the last that is not equal over it.
  for (let left = always.length; left > 0; left--) program.push([EQUAL, left, 0, always[always.length - left] ?? 0]);
  program.push([JUMP, 0, 0, 1], allow);
  const when = (number: number, ...then: Instruction[]) => program.push([EQUAL, 0, then.length, number], ...then);
  const threads: Instruction[] = [[ANY_BIT, 2, 0, CLONE_NAMESPACES], [ANY_BIT, 0, 1, CLONE_THREAD], allow, refuse];
  when(numbers.clone, load(argument(0)), ...threads);
  // Its flags are in memory, where a filter cannot look: libc then uses clone.
  when(numbers.clone3, answer(ERRNO | ENOSYS));
  when(numbers.tgkill, load(argument(0)), [EQUAL, 0, 1, pid], allow, refuse);
  const options = PRCTL_OPTIONS.map((option, index): Instruction => [EQUAL, PRCTL_OPTIONS.length - index, 0, option]);
  when(numbers.prctl, load(argument(0)), ...options, refuse, allow);
  // Of itself, and only to look: the new limits are no address.
  const ofItself: Instruction[] = [load(argument(0)), [EQUAL, 0, 5, 0]];
  const onlyToLook: Instruction[] = [load(argument(2)), [EQUAL, 0, 3, 0], load(argument(2) + 4), [EQUAL, 0, 1, 0]];
  when(numbers.prlimit64, ...ofItself, ...onlyToLook, allow, refuse);
  program.push(refuse);
  return program;
}

/** The program as struct sock_filter[]: 16 bits of code, 8 and 8 of jumps, 32 of operand, little-endian. */
export function encodeFilter(program: readonly Instruction[]): Uint8Array {
  const words = new Uint32Array(program.length * 2);
  let at = 0;
  for (const [code, whenTrue, whenFalse, operand] of program) {
    words[at++] = code | (whenTrue << 16) | (whenFalse << 24);
    words[at++] = operand;
  }
  return new Uint8Array(words.buffer);
}
