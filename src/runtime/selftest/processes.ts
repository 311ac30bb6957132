import { readdirSync, readFileSync } from "node:fs";

/** One process that is alive; a zombie that nobody has waited for is not. */
interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  /** 0 where the system does not tell. */
  readonly session: number;
}

/** The processes below one, and where it leads a session of its own those that have lost their parent too. */
export function processesBelow(pid: number): number[] {
  const all = process.platform === "linux" ? fromProc() : fromPs();
  const below = new Set([pid]);
  for (let before = 0; before < below.size;) {
    before = below.size;
    for (const each of all) if (below.has(each.parent) || each.session === pid) below.add(each.pid);
  }
  below.delete(pid);
  return [...below];
}

function fromProc(): ProcessInfo[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const text = readFileSync(`/proc/${name}/stat`, "latin1");
      // The name of a program may hold anything but ends at the last parenthesis.
      const [state, parent, , session] = text.slice(text.lastIndexOf(")") + 2).split(" ");
      return state === "Z" || state === "X"
        ? []
        : [{ pid: Number(name), parent: Number(parent), session: Number(session) }];
    } catch {
      return [];
    }
  });
}

function fromPs(): ProcessInfo[] {
  const { stdout } = Bun.spawnSync(["ps", "-A", "-o", "pid=,ppid=,state="], { stderr: "ignore" });
  return stdout
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [pid, parent, state = ""] = line.trim().split(/\s+/);
      return pid === undefined || state.startsWith("Z")
        ? []
        : [{ pid: Number(pid), parent: Number(parent), session: 0 }];
    });
}
