/**
 * Runs of the crash spell: whole, killed, and cut off at any place of their journal, and what came of them when they
 * were resumed. The tests take a sample of the places, bench/crash.ts all.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JournalEntry } from "../src/contract/journal.ts";
import { openJournal } from "../src/journal/index.ts";
import { CRASH_FILES, writeCrashSpell, type CountedEffect, type CountingServer } from "./crash-spell.ts";

/** What a run is started with. */
export interface CrashBench {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly server: CountingServer;
  readonly makeFolder: () => string;
  /** Arguments that name the model: the mock, or a model server. */
  readonly model: readonly string[];
}

/** Which processes die. */
export type Victim = "broker" | "child" | "both";

/** What is compared of a run. */
export interface CrashResult {
  readonly status: number | null;
  readonly output: unknown;
  readonly result: unknown;
  readonly error: unknown;
  readonly log: string;
  readonly last: string;
  readonly effects: readonly CountedEffect[];
}

/** A run that came to its end, with its record. */
export interface WholeRun extends CrashResult {
  readonly id: string;
  readonly entries: readonly JournalEntry[];
}

const JOURNAL = "journal.db";

/** Starts a run in a new folder; `rung` none runs it without a process of its own. */
function start(bench: CrashBench, engine: string, folder: string) {
  const file = CRASH_FILES[engine as keyof typeof CRASH_FILES];
  const base = `base=http://127.0.0.1:${bench.server.port}`;
  const options = ["--engine", engine, "--profile", "./work.yaml", "-p", base, "--seed", "7", ...bench.model];
  return Bun.spawn([...bench.command, "run", file, ...options, "--journal", JOURNAL, "--json"], {
    cwd: folder,
    env: bench.env,
    stdout: "pipe",
    stderr: "pipe",
  });
}

async function finish(child: ReturnType<typeof start>, folder: string, bench: CrashBench): Promise<CrashResult> {
  const [stdout, status] = [await child.stdout.text(), await child.exited];
  const stderr = await child.stderr.text();
  const { output, result, error = stderr } = JSON.parse(stdout || "{}") as Record<string, unknown>;
  const read = (name: string) => {
    try {
      return readFileSync(join(folder, "out", name), "utf8");
    } catch {
      return "";
    }
  };
  const effects = bench.server.effects.splice(0);
  return { status, output, result, error, log: read("log.txt"), last: read("last.txt"), effects };
}

/** A run from its beginning to its end. */
export async function runWhole(bench: CrashBench, engine: string, rung = "process"): Promise<WholeRun> {
  const folder = prepare(bench, rung);
  const whole = await finish(start(bench, engine, folder), folder, bench);
  const journal = openJournal({ file: join(folder, JOURNAL), readonly: true });
  try {
    const { id } = journal.find("last");
    return { ...whole, id, entries: [...journal.entries(id)] };
  } finally {
    journal.close();
  }
}

function prepare(bench: CrashBench, rung: string): string {
  const folder = bench.makeFolder();
  writeCrashSpell(folder, bench.server.port, rung);
  return folder;
}

/** A run that is killed when its `number`-th request arrives, and then resumed. */
export async function runKilled(
  bench: CrashBench,
  engine: string,
  { number, victim, afterMs }: { readonly number: number; readonly victim: Victim; readonly afterMs: number },
): Promise<CrashResult> {
  const folder = prepare(bench, "process");
  const killed = Promise.withResolvers<void>();
  const child = start(bench, engine, folder);
  bench.server.onRequest = async (count) => {
    if (count !== number) return;
    const work = async () => {
      await Bun.sleep(afterMs);
      kill(child.pid, victim);
      killed.resolve();
    };
    if (afterMs === 0) await work();
    else void work();
  };
  await Promise.race([killed.promise, child.exited]);
  await child.exited;
  bench.server.onRequest = () => {};
  return resume(bench, folder);
}

function kill(broker: number, victim: Victim): void {
  const children = childrenOf(broker);
  const pids = victim === "broker" ? [broker] : victim === "child" ? children : [...children, broker];
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It went by itself.
    }
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

async function resume(bench: CrashBench, folder: string): Promise<CrashResult> {
  const args = ["resume", "last", "--repeat-unsafe", "--journal", JOURNAL, "--json"];
  const child = Bun.spawn([...bench.command, ...args], { cwd: folder, env: bench.env, stdout: "pipe", stderr: "pipe" });
  return finish(child, folder, bench);
}

/** A run whose journal ends after its first `count` entries, as if everything had died then, and then resumed. */
export async function runCut(
  bench: CrashBench,
  whole: WholeRun,
  count: number,
  rung = "process",
): Promise<CrashResult> {
  const folder = prepare(bench, rung);
  const [first, ...rest] = whole.entries.slice(0, count);
  if (first?.type !== "start") throw new Error("a record begins with its start");
  const { spell, message, invocation } = first;
  const journal = openJournal({ file: join(folder, JOURNAL), create: true });
  const writer = journal.begin({
    id: whole.id,
    spell: spell.name,
    engine: spell.engine,
    started: Math.round(message.time),
  });
  writer.append({ ...first, invocation: { ...invocation, folder } });
  for (const entry of rest) writer.append(entry);
  writer.flush();
  writer.close();
  journal.close();
  return resume(bench, folder);
}

/** Effects that the entries say were answered: they must not happen again. */
export function answeredEffects(entries: readonly JournalEntry[]): ReadonlySet<string> {
  const posts = new Set(
    entries.flatMap((entry) => (entry.type === "call" && entry.module === "http" ? [entry.id] : [])),
  );
  return new Set(
    entries.flatMap((entry) => (entry.type === "return" && posts.has(entry.id) ? [String(entry.id)] : [])),
  );
}
