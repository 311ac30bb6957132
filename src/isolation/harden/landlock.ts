import type { Libc } from "../open-libc.ts";
import { bindThreads } from "./bind-threads.ts";
import type { Layer } from "./layer.ts";
import { encodeRuleset, WITH_SCOPES } from "./ruleset.ts";
import { systemCalls, type SystemCalls } from "./system-calls.ts";

/** landlock_create_ruleset(2): the interface's version, and which of its faults are mended. */
const VERSION = 1;
const ERRATA = 2;
/** Mended: with signals refused, a thread bound by itself could not signal its own process's threads. */
const THREADS_MAY_SIGNAL = 2;

/** landlock_restrict_self(2): all threads at once, from version 8 of the interface (Linux 7.0). */
const TSYNC = 8;
const WITH_TSYNC = 8;

const ENOSYS = -38;
const EOPNOTSUPP = -95;

/** What the kernel's Landlock can do. */
export interface LandlockFacts {
  /** Of its interface; an error number where there is none. */
  readonly version: number;
  /** Whether signals to other processes can be refused and none to the own process's threads with them. */
  readonly signals: boolean;
}

/** Asks the kernel. */
export function askLandlock(libc: Libc, { numbers }: SystemCalls): LandlockFacts {
  const version = libc.call(numbers.landlock_create_ruleset, 0, 0, VERSION);
  const errata = libc.call(numbers.landlock_create_ruleset, 0, 0, ERRATA);
  const mended = errata > 0 && (errata & THREADS_MAY_SIGNAL) !== 0;
  return { version, signals: version >= WITH_TSYNC || (version >= WITH_SCOPES && mended) };
}

/**
 * No path can be opened, made, removed, renamed or run, no TCP port bound or connected, and, as far as the kernel
 * knows how, no abstract socket and no process of others reached: a ruleset that allows nothing.
 */
export const landlock: Layer = {
  name: "landlock",
  apply(libc) {
    const calls = systemCalls();
    if (calls === undefined) return `not known for ${process.arch}`;
    const { numbers } = calls;
    const { version, signals } = askLandlock(libc, calls);
    if (version <= 0) return whyNot(version);
    const attributes = encodeRuleset(version, signals);
    const ruleset = libc.call(numbers.landlock_create_ruleset, attributes, attributes.length, 0);
    if (ruleset < 0) return `the kernel refused a set of rules with error ${-ruleset}`;
    try {
      return bind(libc, calls, ruleset, version >= WITH_TSYNC);
    } finally {
      libc.call(numbers.close, ruleset);
    }
  },
};

function bind(libc: Libc, calls: SystemCalls, ruleset: number, allAtOnce: boolean): string | undefined {
  if (allAtOnce && libc.call(calls.numbers.landlock_restrict_self, ruleset, TSYNC) === 0) return undefined;
  return bindThreads(libc, calls, ruleset);
}

function whyNot(answer: number): string {
  if (answer === ENOSYS) return "not in this kernel, or kept from this process by a filter around it";
  if (answer === EOPNOTSUPP) return "in this kernel, but not switched on when it started (lsm=landlock,…)";
  return `the kernel answers with error ${-answer}`;
}
