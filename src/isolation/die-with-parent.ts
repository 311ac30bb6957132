import { openLibc, type Libc } from "./open-libc.ts";

/** prctl(2) */
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/**
 * Has the kernel kill this process when `parent`, its parent since it began, dies, also in the middle of an
 * endless loop. Linux only: elsewhere the process ends when it next reads its input. Answers whether it holds.
 */
export function dieWithParent(libc: Libc | undefined, parent: number): boolean {
  const done = libc?.prctl(PR_SET_PDEATHSIG, SIGKILL) === 0;
  // The parent may have died before the kernel was asked.
  if (done && process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  return done;
}

/** The same for a process that has no use for the C library but this. */
export async function endWithParent(parent: number): Promise<boolean> {
  return dieWithParent(await openLibc(), parent);
}
