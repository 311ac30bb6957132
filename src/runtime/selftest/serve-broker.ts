import { readFileSync, writeFileSync } from "node:fs";
import { ENGINES } from "../catalog.ts";
import { castText } from "../cast-text.ts";
import { openProfile } from "../project.ts";
import type { BrokerAnswer, BrokerTask, Ending, RunTask } from "./broker-message.ts";
import { castChild, castCrowd } from "./cast-hostile.ts";

/** Casts a spell as the command line does, and says what a person saw. */
export type CastTask = (task: RunTask) => Promise<Ending>;

/**
 * The broker's side: casts what it is asked for over IPC, one task after the other, and looks at itself after each. It
 * ends when whoever asks is gone.
 */
export async function serveBroker(cast: CastTask): Promise<void> {
  const gone = Promise.withResolvers<void>();
  process.on("disconnect", () => gone.resolve());
  process.on("message", (task: BrokerTask) => {
    void serve(task, cast).then((answer) => process.send?.(answer));
  });
  process.send?.("ready");
  await gone.promise;
}

async function serve(task: BrokerTask, cast: CastTask): Promise<BrokerAnswer> {
  const before = residentMemory();
  resetPeak();
  const started = performance.now();
  const ending = await perform(task, cast).catch((error: unknown): Ending => ({
    code: "internal",
    message: String(error),
    result: null,
    stdout: "",
    stderr: "",
  }));
  const milliseconds = Math.round(performance.now() - started);
  const peak = peakMemory();
  const faults = [...changedPrototypes(), ...(await tryTrivialRun(task))];
  return { ending, milliseconds, memory: { before, peak, after: residentMemory() }, faults };
}

function perform(task: BrokerTask, cast: CastTask): Promise<Ending> {
  switch (task.do) {
    case "run":
      return cast(task);
    case "child":
      return castChild(task);
    case "crowd":
      return castCrowd(task);
  }
}

/** By language: what gives 1. */
const TRIVIAL: Readonly<Record<string, string>> = {
  lua: "return 1",
  javascript: "export default 1",
  tengo: "export 1",
};

async function tryTrivialRun(task: BrokerTask): Promise<string[]> {
  const engine = ENGINES.find(({ id }) => task.do === "run" && id === task.engine) ?? ENGINES[0];
  if (engine === undefined) return [];
  const profile = await openProfile("minimal", undefined);
  const { failure, result } = await castText({ source: TRIVIAL[engine.language] ?? "", engine, profile });
  if (failure !== undefined) return [`a trivial run afterwards failed: ${failure.code}: ${failure.message}`];
  return Number(result) === 1 ? [] : ["a trivial run afterwards gave something else"];
}

const PROTOTYPES = [Object, Array, Function, String, Promise, Map, Error].map(({ name, prototype }) => ({
  name,
  prototype: prototype as object,
  keys: Reflect.ownKeys(prototype).length,
}));

function changedPrototypes(): string[] {
  return PROTOTYPES.filter(({ prototype, keys }) => Reflect.ownKeys(prototype).length !== keys).map(
    ({ name }) => `${name}.prototype of the broker was changed`,
  );
}

function residentMemory(): number {
  Bun.gc(true);
  return process.memoryUsage.rss();
}

/** Linux forgets a process's peak where it is told to; elsewhere there is none. */
function resetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {}
}

function peakMemory(): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
