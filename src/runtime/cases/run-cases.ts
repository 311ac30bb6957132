import { mkdtemp, realpath, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SpellError, toFailure, type Failure } from "../../contract/errors.ts";
import type { Value } from "../../contract/value.ts";
import { encodeValue } from "../../contract/wire.ts";
import { readMockScript } from "../open-models.ts";
import { selfCommand } from "../self-command.ts";
import type { CaseReport, CaseRun, CaseTask } from "./case-task.ts";
import { checkRun } from "./check-run.ts";
import type { Difference } from "./difference.ts";
import type { FoundCase } from "./find-cases.ts";

/** The command of this program that does a {@link CaseTask}. */
export const TASK_COMMAND = "test-case";

/** How a case went. */
export interface CaseResult extends FoundCase {
  /** What of its expectations does not hold; none: it passed. */
  readonly differences: readonly Difference[];
  /** Why it could not be run at all: the case, its recording or its profile is wrong. */
  readonly broken?: Failure;
  readonly run?: CaseRun;
  readonly milliseconds: number;
}

/** How cases are run. */
export interface RunCasesOptions {
  readonly signal: AbortSignal;
  /** Ends with the first that fails. */
  readonly bail: boolean;
  /** Told of each in the order of the cases. */
  readonly onResult: (result: CaseResult) => void;
  /** How many at once; as many as there are processors unless told. */
  readonly atOnce?: number;
}

/** Runs cases, several at once. Answers the results of those that were run, in their order. */
export async function runCases(cases: readonly FoundCase[], options: RunCasesOptions): Promise<readonly CaseResult[]> {
  const { signal, bail, onResult, atOnce = availableParallelism() } = options;
  const results: CaseResult[] = [];
  const done = new Map<number, CaseResult>();
  let next = 0;
  let isOver = false;
  const tell = () => {
    for (let result = done.get(results.length); result !== undefined && !isOver; result = done.get(results.length)) {
      results.push(result);
      onResult(result);
      isOver ||= bail && isFailed(result);
    }
  };
  const lane = async () => {
    for (let index = next++; index < cases.length; index = next++) {
      const found = cases[index];
      if (found === undefined || isOver || signal.aborted) return;
      const result = await runCase(found, signal);
      if (signal.aborted) return;
      done.set(index, result);
      tell();
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, cases.length) }, lane));
  return results;
}

/** Whether a case did not pass. */
export function isFailed({ differences, broken }: CaseResult): boolean {
  return broken !== undefined || differences.length > 0;
}

/** Runs one case in a process of its own, in a folder that is gone afterwards. Never rejects because of the spell. */
export async function runCase(found: FoundCase, signal: AbortSignal): Promise<CaseResult> {
  const started = performance.now();
  const scratch = await realpath(await mkdtemp(join(tmpdir(), "llmspell-case-")));
  const ended = () => Math.round(performance.now() - started);
  try {
    const report = await askProcess(await toTask(found, scratch), signal);
    if ("broken" in report) return { ...found, differences: [], broken: report.broken, milliseconds: ended() };
    const { run } = report;
    return { ...found, run, differences: checkRun(found.spellCase, run), milliseconds: ended() };
  } catch (error) {
    return { ...found, differences: [], broken: toFailure(error), milliseconds: ended() };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The seed and the time of a case that names none. */
const SEED = 1;
const TIME = Date.UTC(2026, 0, 1);

async function toTask({ spellCase, variant }: FoundCase, scratch: string): Promise<CaseTask> {
  const { parameters, input, profile, seed = SEED, time = TIME, recording, file } = spellCase;
  const mock = await readMock(spellCase);
  return {
    ...{ scratch, input, seed, time },
    path: variant.path,
    engine: variant.engine.id,
    profile: profile === undefined ? undefined : besideCase(file, profile),
    parameters: parameters === undefined ? undefined : encodeValue(parameters),
    mock: mock === undefined ? undefined : encodeValue(mock),
    recording: recording === undefined ? undefined : join(dirname(file), recording),
  };
}

/** A profile's path begins in the case's folder; a name stays one. */
export function besideCase(file: string, reference: string): string {
  return /[/\\]|\.ya?ml$/.test(reference) ? join(dirname(file), reference) : reference;
}

function readMock({ mock, file }: FoundCase["spellCase"]): Promise<Value | undefined> {
  return typeof mock === "string" ? readMockScript(join(dirname(file), mock)) : Promise.resolve(mock);
}

async function askProcess(task: CaseTask, signal: AbortSignal): Promise<CaseReport> {
  const child = Bun.spawn([...selfCommand(), TASK_COMMAND, String(process.pid)], {
    stdin: Buffer.from(JSON.stringify(task)),
    stdout: "pipe",
    stderr: "pipe",
    signal,
    killSignal: "SIGTERM",
  });
  const [text, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  try {
    return JSON.parse(text) as CaseReport;
  } catch (error) {
    const message = `The case's process ended without an answer${errors === "" ? "" : `: ${errors.trim()}`}`;
    throw new SpellError("internal", message, { cause: error });
  }
}
