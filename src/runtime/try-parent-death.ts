import { readFileSync } from "node:fs";
import type { Finding } from "./finding.ts";
import { selfCommand } from "./self-command.ts";

/** How long each step may take, in ms. */
const PATIENCE = 5000;

/**
 * An endless loop in the language of the first engine, which leaves no record. It ends by itself soon after the patience
 * with it: this process may be killed.
 */
const LOOP = ["exec", "-e", "while true do end", "--profile", "standard", "--limit", "wallTime=6s", "--no-journal"];

/** Starts this program with a spell that never ends, kills it with SIGKILL, and sees whether the spell's process is gone too. */
export async function tryParentDeath(signal?: AbortSignal): Promise<Finding> {
  const common = { group: "isolation" as const, name: "parent-death" };
  if (process.platform !== "linux") {
    return {
      ...common,
      status: "absent",
      detail: "Linux only: elsewhere a spell's process ends when it next reads its input",
    };
  }
  const time = await orphanTime("SIGKILL", signal);
  if (time === undefined) return { ...common, status: "broken", detail: "no spell's process was started" };
  return time === Infinity
    ? { ...common, status: "broken", detail: "a spell's process outlived the broker that was killed" }
    : { ...common, status: "ok", detail: `a spell's process was gone ${time} ms after its broker was killed` };
}

/**
 * Starts this program with a spell that never ends, ends it by a signal, and answers how many ms the spell's process
 * lived on: infinitely long where it had to be killed, undefined where there was none. All ends where `ended` is aborted.
 */
export async function orphanTime(signal: NodeJS.Signals, ended?: AbortSignal): Promise<number | undefined> {
  const broker = Bun.spawn([...selfCommand(), ...LOOP], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  const end = () => broker.kill("SIGKILL");
  if (ended?.aborted) end();
  ended?.addEventListener("abort", end, { once: true });
  try {
    const child = await until(() => childOf(broker.pid));
    broker.kill(signal);
    await broker.exited;
    if (child === undefined) return undefined;
    const started = performance.now();
    const gone = await until(() => (isAlive(child) ? undefined : true));
    if (gone !== undefined) return Math.round(performance.now() - started);
    process.kill(child, "SIGKILL");
    return Infinity;
  } finally {
    ended?.removeEventListener("abort", end);
    end();
  }
}

async function until<T>(look: () => T | undefined): Promise<T | undefined> {
  for (const end = performance.now() + PATIENCE; performance.now() < end; await Bun.sleep(5)) {
    const found = look();
    if (found !== undefined) return found;
  }
  return undefined;
}

function childOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return text === "" ? undefined : Number(text.split(" ")[0]);
  } catch {
    return undefined;
  }
}

/** A zombie that nobody waits for is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
