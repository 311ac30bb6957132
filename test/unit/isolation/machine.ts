import { readFileSync } from "node:fs";
import { askLandlock } from "../../../src/isolation/harden/landlock.ts";
import { systemCalls } from "../../../src/isolation/harden/system-calls.ts";
import { openLibc } from "../../../src/isolation/open-libc.ts";

/** Whether this machine's kernel has Landlock, and lets this process use it. */
export const hasLandlock: boolean = await ask();

async function ask(): Promise<boolean> {
  const libc = await openLibc();
  const calls = systemCalls();
  return libc !== undefined && calls !== undefined && askLandlock(libc, calls).version > 0;
}

/** How a command is run by a person without rights; undefined where only root could, or where that person could not read this. */
export const asNobody: readonly string[] | undefined = becomeNobody();

function becomeNobody(): string[] | undefined {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  if (process.getuid?.() !== 0 || Bun.which("setpriv") === null) return undefined;
  const look = ["test", "-r", import.meta.path, "-a", "-x", process.execPath];
  return Bun.spawnSync([...nobody, ...look]).success ? nobody : undefined;
}

/** A text file, or undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
