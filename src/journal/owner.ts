import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Who writes a run: a process, told from a later one that got the same number. */
interface Owner {
  readonly pid: number;
  /** When it started, as the kernel counts from its boot; empty where the system does not say. */
  readonly start: string;
  /** When it took the run, in milliseconds since the epoch. */
  readonly time: number;
  /** The space that the pid counts in: that of a container is its own. */
  readonly space: string;
  readonly host: string;
}

/** What a clock that is set while the machine runs may be off by, in ms. */
const CLOCK_SLACK = 60_000;

let own: Owner | undefined;

/** This process, as it stands in a run's row. Reading it takes a good part of a run's first write: no more than needed. */
export function ownOwner(): string {
  own ??= { pid: process.pid, start: startOf("self") ?? "", time: Date.now(), space: space(), host: hostname() };
  return JSON.stringify(own);
}

/**
 * Whether the process that an owner names may still be writing. One in another container or on another machine
 * cannot be looked at from here: it counts as alive.
 */
export function isAlive(owner: string): boolean {
  const { pid, start, time, space: itsSpace, host } = JSON.parse(owner) as Owner;
  if (host !== hostname()) return true;
  // A container's processes are gone after a boot as well.
  if (time < bootTime() - CLOCK_SLACK) return false;
  if (itsSpace !== space()) return true;
  return start === "" ? answersSignal(pid) : startOf(pid) === start;
}

/** How a person finds the owner. */
export function describeOwner(owner: string): string {
  const { pid, host, space: itsSpace } = JSON.parse(owner) as Owner;
  if (host !== hostname()) return `process ${pid} on "${host}"`;
  return itsSpace === space() ? `process ${pid}` : `process ${pid} of another container`;
}

/** Whether the owner can be looked at from here; where it cannot, nobody knows that it is gone. */
export function isElsewhere(owner: string): boolean {
  const { host, space: itsSpace } = JSON.parse(owner) as Owner;
  return host !== hostname() || itsSpace !== space();
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** When a process started; undefined where there is none, or only what is left of one that nobody has reaped. */
function startOf(pid: number | "self"): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // Its name may hold spaces and parentheses; after the last of these come state (3) to start time (22).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  return stat === "" || state === "Z" || state === "X" ? undefined : fields[19];
}

/** When the machine started, in milliseconds since the epoch; 0 where the system does not say. */
function bootTime(): number {
  return Number(/^btime (\d+)$/m.exec(read("/proc/stat"))?.[1] ?? 0) * 1000;
}

function space(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
