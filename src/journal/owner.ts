import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Who writes a run: a process, told from a later one that got the same number. */
interface Owner {
  readonly pid: number;
  /** When it started, in the kernel's own count; empty where the system does not say. */
  readonly start: string;
  /** The boot that this count belongs to. */
  readonly boot: string;
  /** The space that the pid counts in: that of a container is its own. */
  readonly space: string;
  readonly host: string;
}

let own: string | undefined;

/** This process, as it stands in a run's row. */
export function ownOwner(): string {
  own ??= JSON.stringify({
    pid: process.pid,
    start: startOf("self") ?? "",
    boot: boot(),
    space: space(),
    host: hostname(),
  } satisfies Owner);
  return own;
}

/**
 * Whether the process that an owner names may still be writing. One in another container or on another machine
 * cannot be looked at from here: it counts as alive.
 */
export function isAlive(owner: string): boolean {
  if (owner === own) return true;
  const { pid, start, boot: itsBoot, space: itsSpace, host } = JSON.parse(owner) as Owner;
  if (host === hostname() && itsBoot !== boot()) return false;
  if (itsBoot !== boot() || itsSpace !== space()) return true;
  if (start !== "") return startOf(pid) === start;
  return answersSignal(pid);
}

/** How a person finds the owner. */
export function describeOwner(owner: string): string {
  const { pid, host, space: itsSpace } = JSON.parse(owner) as Owner;
  if (host !== hostname()) return `process ${pid} on ${host}`;
  return itsSpace === space() ? `process ${pid}` : `process ${pid} of another container`;
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

function boot(): string {
  return read("/proc/sys/kernel/random/boot_id").trim();
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
