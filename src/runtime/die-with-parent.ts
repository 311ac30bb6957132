import { endWithParent } from "../isolation/index.ts";

/** How often it is looked at whether the parent is there, where no kernel tells, in ms. */
const INTERVAL = 500;

/** Ends this process when `parent`, which started it, is gone: also by SIGKILL, and while a spell runs. */
export async function dieWithParent(parent: number): Promise<void> {
  if (await endWithParent(parent)) return;
  const look = () => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  };
  setInterval(look, INTERVAL).unref();
}
