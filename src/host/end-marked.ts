import { readdirSync, readFileSync } from "node:fs";

/** The variable by which what a program has started is known, should it leave the program's group: `RUN.PROGRAM`. */
export const RUN_MARK = "LLMSPELL_PROGRAM";

/** How often processes that start others while they are ended are looked for again. */
const ROUNDS = 5;

/**
 * Ends every process that carries a mark, a run's or a program's, on Linux. One that clears its environment cannot be
 * found so.
 */
export function endMarked(mark: string): void {
  if (process.platform !== "linux") return;
  const wanted = `${RUN_MARK}=${mark}`;
  const isMarked = (entry: string) => entry === wanted || entry.startsWith(`${wanted}.`);
  for (let round = 0; round < ROUNDS; round++) {
    const found = processes().filter((pid) => environmentOf(pid).some(isMarked));
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

function processes(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
