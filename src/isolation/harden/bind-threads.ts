import type { Libc } from "../open-libc.ts";
import type { SystemCalls } from "./system-calls.ts";
import { makeThreadCode } from "./thread-code.ts";

/**
 * A signal that nothing here uses and that no thread blocks: allocators' and others' threads block all but those
 * of faults. From another process or thread it never comes by itself.
 */
const SIGSYS = 31;
const SI_QUEUE = -1;
/** SA_SIGINFO, SA_RESTART; SA_RESTORER. */
const SA_FLAGS = 0x10000004;
const SA_RESTORER = 0x04000000;

const AT_FDCWD = -100;
/** PROT_READ, PROT_WRITE, PROT_EXEC; MAP_PRIVATE with MAP_ANONYMOUS. */
const READ_WRITE = 3;
const READ_EXECUTE = 5;
const PRIVATE_ANONYMOUS = 0x22;
const PAGE = 4096;

/** What stands in a thread's place until it has answered; no answer of the kernel. */
const PENDING = 1;
/** Threads that are bound at one time, and rounds until no new one is found. */
const MAX_THREADS = 4096;
const MAX_ROUNDS = 64;
/** How long threads may take, in ms: a busy machine is no reason to run without. */
const PATIENCE = 5000;

/**
 * The answers, by place in order of asking. Never freed: a thread that answers too late must find its place.
 */
const answers = new Int32Array(MAX_THREADS);

/**
 * Binds every thread of this process to a Landlock ruleset, where the kernel can only bind the one that asks: the
 * way of libcap's psx and of glibc's setuid. Each thread gets a signal and binds itself in the handler. Threads are
 * looked for again until there is none that was not asked: those that a bound thread starts are born bound.
 * Answers why it does not hold, if so.
 */
export function bindThreads(libc: Libc, calls: SystemCalls, ruleset: number): string | undefined {
  const { numbers } = calls;
  // Opened before this thread is bound: it could not be afterwards.
  const tasks = libc.call(numbers.openat, AT_FDCWD, text("/proc/self/task"), 0, 0);
  if (tasks < 0) return `the threads could not be listed (error ${-tasks})`;
  const code = install(libc, calls, ruleset);
  try {
    if (typeof code === "string") return code;
    // First, so that no thread that the engine starts meanwhile is born free.
    const own = libc.call(numbers.landlock_restrict_self, ruleset, 0);
    if (own !== 0) return `the kernel refused the rules with error ${-own}`;
    const fault = askAll(libc, calls, tasks);
    // A thread that has not answered may still come: then the handler must be there.
    if (fault === undefined) code.uninstall();
    return fault;
  } finally {
    libc.call(numbers.close, tasks);
  }
}

interface Installed {
  /** Only when no thread can come any more. */
  uninstall(): void;
}

/** Writes the handler into memory of its own, and has the signal lead there. */
function install(libc: Libc, { numbers, ...calls }: SystemCalls, ruleset: number): Installed | string {
  const page = libc.call(numbers.mmap, 0, PAGE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
  if (page < 0) return `there is no memory for a handler (error ${-page})`;
  const { bytes, restorer } = makeThreadCode({ ...calls, numbers }, process.arch, ruleset);
  libc.bytesAt(page, PAGE).set(bytes);
  const executable = libc.call(numbers.mprotect, page, PAGE, READ_EXECUTE);
  if (executable !== 0) return `no handler may be put into memory (error ${-executable})`;
  // struct sigaction of the kernel: handler, flags, restorer, and a mask of all signals.
  const flags = restorer === undefined ? SA_FLAGS : SA_FLAGS | SA_RESTORER;
  const action = [page, flags, restorer === undefined ? 0 : page + restorer].map(BigInt);
  const before = new Uint8Array(32);
  const answer = libc.call(
    numbers.rt_sigaction,
    SIGSYS,
    new Uint8Array(new BigUint64Array([...action, 0xffff_ffff_ffff_ffffn]).buffer),
    before,
    8,
  );
  if (answer !== 0) return `no handler may be set (error ${-answer})`;
  return {
    uninstall() {
      libc.call(numbers.rt_sigaction, SIGSYS, before, 0, 8);
      libc.call(numbers.munmap, page, PAGE);
    },
  };
}

function askAll(libc: Libc, { numbers }: SystemCalls, tasks: number): string | undefined {
  const self = libc.call(numbers.gettid);
  const asked = new Set([self]);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = listThreads(libc, numbers, tasks);
    if (!found.has(self)) return "the threads could not be listed";
    const fresh = [...found].filter((thread) => !asked.has(thread));
    if (fresh.length === 0) return undefined;
    if (asked.size + fresh.length > MAX_THREADS) return `there are more than ${MAX_THREADS} threads`;
    const places = new Map<number, number>();
    for (const thread of fresh) {
      const place = asked.size;
      asked.add(thread);
      answers[place] = PENDING;
      if (ask(libc, numbers, thread, libc.address(answers) + 4 * place)) places.set(thread, place);
      else answers[place] = 0;
    }
    const fault = awaitAnswers(libc, numbers, tasks, places);
    if (fault !== undefined) return fault;
  }
  return "new threads are started all the time";
}

/** Sends a thread the signal, with the address of its place; false where the thread has ended. */
function ask(libc: Libc, numbers: SystemCalls["numbers"], thread: number, place: number): boolean {
  const info = new DataView(new ArrayBuffer(128));
  info.setInt32(0, SIGSYS, true);
  info.setInt32(8, SI_QUEUE, true);
  info.setInt32(16, process.pid, true);
  info.setBigUint64(24, BigInt(place), true);
  return libc.call(numbers.rt_tgsigqueueinfo, process.pid, thread, SIGSYS, new Uint8Array(info.buffer)) === 0;
}

function awaitAnswers(
  libc: Libc,
  numbers: SystemCalls["numbers"],
  tasks: number,
  places: Map<number, number>,
): string | undefined {
  const end = performance.now() + PATIENCE;
  for (let turn = 1; ; turn++) {
    for (const [thread, place] of places) {
      const answer = Atomics.load(answers, place);
      if (answer < 0) return `thread ${thread} was refused with error ${-answer}`;
      if (answer === 0) places.delete(thread);
    }
    if (places.size === 0) return undefined;
    libc.call(numbers.sched_yield);
    if (turn % 256 !== 0) continue;
    // One that ended meanwhile does not answer.
    const alive = listThreads(libc, numbers, tasks);
    for (const [thread, place] of places) {
      if (alive.has(thread)) continue;
      answers[place] = 0;
      places.delete(thread);
    }
    const [thread] = places.keys();
    if (thread !== undefined && performance.now() > end) return `thread ${thread} did not answer`;
  }
}

const DIGIT_ZERO = 48;
const entries = new Uint8Array(32 * 1024);

/** The threads of this process, from the opened folder of them. */
function listThreads(libc: Libc, numbers: SystemCalls["numbers"], tasks: number): Set<number> {
  const found = new Set<number>();
  const view = new DataView(entries.buffer);
  libc.call(numbers.lseek, tasks, 0, 0);
  for (;;) {
    const length = libc.call(numbers.getdents64, tasks, entries, entries.length);
    if (length <= 0) return found;
    // struct linux_dirent64: the entry's length at 16, its name from 19 to a zero.
    for (let at = 0; at < length; at += view.getUint16(at + 16, true)) {
      let thread = 0;
      for (let place = at + 19; entries[place] !== 0; place++)
        thread = thread * 10 + (entries[place] ?? 0) - DIGIT_ZERO;
      // "." and ".." are below.
      if (thread > 0) found.add(thread);
    }
  }
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`);
}
