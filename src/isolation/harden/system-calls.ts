/**
 * Numbers of Linux's system calls: x64 from arch/x86/entry/syscalls/syscall_64.tbl, arm64 from
 * include/uapi/asm-generic/unistd.h (Linux 6.1; numbers never change). Only those that isolation names.
 */
const X64 = {
  // Let through always: see filter.ts.
  ...{ read: 0, write: 1, readv: 19, writev: 20, close: 3, fstat: 5, poll: 7, ppoll: 271 },
  ...{ epoll_wait: 232, epoll_pwait: 281, epoll_pwait2: 441, epoll_ctl: 233, timerfd_settime: 286 },
  ...{ mmap: 9, munmap: 11, mprotect: 10, mremap: 25, madvise: 28, brk: 12, membarrier: 324 },
  ...{ futex: 202, sched_yield: 24, sched_getaffinity: 204, sched_getparam: 143, sched_getscheduler: 145 },
  ...{ getcpu: 309, set_robust_list: 273, set_tid_address: 218, rseq: 334, gettid: 186, getpid: 39, getppid: 110 },
  ...{ exit: 60, exit_group: 231, restart_syscall: 219 },
  ...{ rt_sigaction: 13, rt_sigprocmask: 14, rt_sigreturn: 15, rt_sigsuspend: 130, sigaltstack: 131 },
  ...{ nanosleep: 35, clock_nanosleep: 230, clock_gettime: 228, clock_getres: 229, gettimeofday: 96, time: 201 },
  ...{ times: 100, getrusage: 98, getrandom: 318, sysinfo: 99, uname: 63, getrlimit: 97 },
  ...{ getuid: 102, geteuid: 107, getgid: 104, getegid: 108 },
  // Let through for some arguments.
  ...{ clone: 56, clone3: 435, tkill: 200, tgkill: 234, prlimit64: 302, prctl: 157 },
  // Never let through: used to set up the filter and to try it.
  ...{ seccomp: 317, openat: 257, socket: 41, execve: 59, memfd_create: 319, unlinkat: 263, mkdirat: 258 },
  ...{ fchmodat: 268, kill: 62, process_vm_readv: 310, io_uring_setup: 425, setrlimit: 160 },
} as const;

const ARM64 = {
  ...{ read: 63, write: 64, readv: 65, writev: 66, close: 57, fstat: 80, ppoll: 73 },
  ...{ epoll_pwait: 22, epoll_pwait2: 441, epoll_ctl: 21, timerfd_settime: 86 },
  ...{ mmap: 222, munmap: 215, mprotect: 226, mremap: 216, madvise: 233, brk: 214, membarrier: 283 },
  ...{ futex: 98, sched_yield: 124, sched_getaffinity: 123, sched_getparam: 121, sched_getscheduler: 120 },
  ...{ getcpu: 168, set_robust_list: 99, set_tid_address: 96, rseq: 293, gettid: 178, getpid: 172, getppid: 173 },
  ...{ exit: 93, exit_group: 94, restart_syscall: 128 },
  ...{ rt_sigaction: 134, rt_sigprocmask: 135, rt_sigreturn: 139, rt_sigsuspend: 133, sigaltstack: 132 },
  ...{ nanosleep: 101, clock_nanosleep: 115, clock_gettime: 113, clock_getres: 114, gettimeofday: 169 },
  ...{ times: 153, getrusage: 165, getrandom: 278, sysinfo: 179, uname: 160, getrlimit: 163 },
  ...{ getuid: 174, geteuid: 175, getgid: 176, getegid: 177 },
  ...{ clone: 220, clone3: 435, tkill: 130, tgkill: 131, prlimit64: 261, prctl: 167 },
  ...{ seccomp: 277, openat: 56, socket: 198, execve: 221, memfd_create: 279, unlinkat: 35, mkdirat: 34 },
  ...{ fchmodat: 53, kill: 129, process_vm_readv: 270, io_uring_setup: 425, setrlimit: 164 },
} as const;

/** A system call that both architectures have. */
export type SystemCall = keyof typeof X64 & keyof typeof ARM64;

/** One architecture, as a seccomp filter sees it. */
export interface SystemCalls {
  /** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64 of include/uapi/linux/audit.h. */
  readonly architecture: number;
  readonly numbers: Readonly<Record<SystemCall, number>> & Readonly<Partial<Record<keyof typeof X64, number>>>;
}

const ARCHITECTURES: Readonly<Record<string, SystemCalls>> = {
  x64: { architecture: 0xc000003e, numbers: X64 },
  arm64: { architecture: 0xc00000b7, numbers: ARM64 },
};

/** The system calls of an architecture as Node names it, by default this machine's; undefined where they are not known. */
export function systemCalls(architecture: string = process.arch): SystemCalls | undefined {
  return Object.hasOwn(ARCHITECTURES, architecture) ? ARCHITECTURES[architecture] : undefined;
}
