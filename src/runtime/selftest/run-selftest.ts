import { availableParallelism } from "node:os";
import { ENGINES } from "../catalog.ts";
import type { Finding } from "../finding.ts";
import { tryLayers } from "../try-layers.ts";
import { tryParentDeath } from "../try-parent-death.ts";
import type { Engine } from "../../contract/engine.ts";
import { readCases, type AttackCase, type BadLine } from "./attack-case.ts";
import { makeCanaries } from "./case-folder.ts";
import type { CaseResult } from "./judge.ts";
import { Lane } from "./lane.ts";
import { runHostCase } from "./run-host-case.ts";
import { runScriptCase, type TimedResult } from "./run-script-case.ts";

/** The cases' words for languages that are not ours. */
const LANGUAGES: Readonly<Record<string, string>> = { js: "javascript" };

/** Where the cases' `host` stands among engines. */
export const HOST = "host";

/** What a self-test goes by. */
export interface SelftestOptions {
  /** Texts in the cases' format, by the name that they are shown with. */
  readonly files: ReadonlyMap<string, string>;
  /** Only this engine, or `host`. */
  readonly engine?: string | undefined;
  /** Told after each. */
  readonly onProgress: (done: number, all: number) => void;
}

/** How it went. */
export interface SelftestReport {
  readonly results: readonly CaseResult[];
  readonly layers: readonly Finding[];
  readonly milliseconds: number;
}

/** One case on one engine. */
interface Job {
  readonly run: (lane: Lane) => Promise<CaseResult | TimedResult>;
  /** It needs the machine for itself. */
  readonly alone: boolean;
}

/** More brokers than this would only wait for each other. */
const MOST_LANES = 8;

/** Runs all cases on all engines that they are for, and tries the layers. */
export async function runSelftest({ files, engine, onProgress }: SelftestOptions): Promise<SelftestReport> {
  const started = performance.now();
  const [layers, parent] = await Promise.all([tryLayers(), tryParentDeath()]);
  const jobs = [...files].flatMap(([name, text]) => readCases(text, name).flatMap((each) => jobsOf(each, engine)));
  const results = new Map<Job, CaseResult>();
  const canaries = makeCanaries();
  const take = async (queue: Job[]): Promise<void> => {
    const lane = await Lane.open(canaries);
    try {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        results.set(job, await job.run(lane));
        onProgress(results.size, jobs.length);
      }
    } finally {
      lane.close();
    }
  };
  const together = jobs.filter(({ alone }) => !alone);
  const lanes = Math.min(MOST_LANES, availableParallelism(), together.length);
  await Promise.all(Array.from({ length: lanes }, () => take(together)));
  // A busy machine is no hole: what was only late is tried again with nothing beside it.
  const late = jobs.filter((job) => isLate(results.get(job)));
  const alone = [...jobs.filter((job) => job.alone), ...late];
  if (alone.length > 0) await take(alone);
  const milliseconds = Math.round(performance.now() - started);
  const inOrder = jobs.flatMap((job) => results.get(job) ?? []);
  return { results: inOrder, layers: [...layers, parent], milliseconds };
}

function isLate(result: CaseResult | TimedResult | undefined): boolean {
  return result !== undefined && "isLateOnly" in result && result.isLateOnly;
}

function jobsOf(attack: AttackCase | BadLine, wanted: string | undefined): Job[] {
  if ("reason" in attack) return [failed({ id: attack.id, engine: "-", class: "-" }, attack.reason)];
  if (attack.engine === HOST) {
    const run = (lane: Lane) => runHostCase(attack, lane);
    return wanted === undefined || wanted === HOST ? [{ run, alone: true }] : [];
  }
  const engines = enginesOf(attack.engine);
  if (engines.length === 0) return [failed(attack, `there is no engine "${attack.engine}"`)];
  return engines
    .filter(({ id }) => wanted === undefined || id === wanted)
    .map((engine) => ({ alone: false, run: (lane) => runScriptCase(attack, engine, lane) }));
}

/** All engines of a language, or the one of that id. */
function enginesOf(name: string): readonly Engine[] {
  const language = LANGUAGES[name] ?? name;
  const found = ENGINES.filter((engine) => engine.language === language);
  return found.length > 0 ? found : ENGINES.filter(({ id }) => id === name);
}

function failed({ id, engine, class: kind }: Pick<CaseResult, "id" | "engine" | "class">, reason: string): Job {
  const result = { id, engine, class: kind, passed: false, verdict: "-", code: "", faults: [reason], milliseconds: 0 };
  return { alone: false, run: () => Promise.resolve(result) };
}
