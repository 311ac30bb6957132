import { readFileSync } from "node:fs";

/** How long one look at the machine takes, and the share of its time that others may use meanwhile. */
const LOOK_MS = 60;
const BUSY = 0.1;

let patienceMs = Number(process.env["PATIENCE"] ?? 90) * 1000;

/**
 * Waits until nobody else uses the processors, as /proc/stat tells it, so that a round does not measure
 * somebody's test run. All waiting of a process together is bounded (PATIENCE seconds, 90 unless told);
 * after that, and where there is no /proc, rounds are measured as they come.
 */
export async function whenQuiet(): Promise<void> {
  for (;;) {
    const before = processorTimes();
    if (before === undefined || patienceMs <= 0) return;
    await Bun.sleep(LOOK_MS);
    const after = processorTimes();
    if (after === undefined || after.busy - before.busy <= BUSY * (after.all - before.all)) return;
    patienceMs -= LOOK_MS;
  }
}

/** Ticks of all processors since the machine started. */
function processorTimes(): { busy: number; all: number } | undefined {
  try {
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, ...rest] = readFileSync("/proc/stat", "latin1")
      .split("\n", 1)[0]
      ?.split(/\s+/)
      .slice(1, 9)
      .map(Number) ?? [0];
    const busy = [user, nice, system, ...rest].reduce((sum, ticks) => sum + ticks, 0);
    return { busy, all: busy + idle + wait };
  } catch {
    return undefined;
  }
}
