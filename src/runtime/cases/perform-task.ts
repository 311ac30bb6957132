import { toFailure } from "../../contract/errors.ts";
import { decodeValue } from "../../contract/wire.ts";
import { ProcessPool } from "../../isolation/index.ts";
import { checkParameters } from "../../profile/index.ts";
import { castSpell } from "../cast-spell.ts";
import { makeEffects } from "../effects.ts";
import { findSpell, loadSpell, type FoundSpell } from "../find-spell.ts";
import { governingFiles } from "../governing-files.ts";
import { openOutside } from "../open-outside.ts";
import { openVariables } from "../open-variables.ts";
import { prepareGrants } from "../prepare-grants.ts";
import { requireEngine, requireNeeds } from "../project.ts";
import { newRunId } from "../run-id.ts";
import { selfCommand } from "../self-command.ts";
import { CaseFolder } from "./case-folder.ts";
import { caseClock, caseInput, openCaseModels } from "./case-world.ts";
import { toCaseCalls } from "./case-calls.ts";
import { givenParameters, Printed, toCaseRun } from "./case-run.ts";
import type { CaseReport, CaseRun, CaseTask, TaskContext } from "./case-task.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { replayTask } from "./replay-task.ts";

/** Enough for any source that a profile allows. */
const MAX_SOURCE = 64 * 1024 * 1024;

/** Does what a case's process is for: runs the spell once. Changes the process's folder. Never rejects. */
export async function performTask(task: CaseTask, context: TaskContext): Promise<CaseReport> {
  try {
    const found = await findSpell(task.path, { engine: task.engine, maxBytes: MAX_SOURCE });
    if (task.recording !== undefined) return { run: await replayTask(task, task.recording, found, context) };
    return { run: await runTask(task, found, context.signal) };
  } catch (error) {
    return { broken: toFailure(error) };
  }
}

async function runTask(task: CaseTask, found: FoundSpell, signal: AbortSignal): Promise<CaseRun> {
  const folder = new CaseFolder(found, task.scratch);
  const { profile, project } = await folder.openProfile(found, task.profile);
  requireEngine(found.engine.id, profile);
  requireNeeds(found.manifest.needs, profile);
  const spell = await loadSpell(found, profile.limits.source);
  const parameters = checkParameters(found.manifest, givenParameters(task));
  const models = await openCaseModels(task.mock === undefined ? undefined : decodeValue(task.mock));
  await folder.fill(profile);
  const outside = await openOutside({ profile, environmentFile: undefined });
  const variables = await openVariables(profile, undefined);
  process.chdir(task.scratch);
  const made = makeEffects({
    ...{ models, outside, variables, self: selfCommand() },
    maxInputBytes: 0,
    keepFiles: governingFiles(profile, project, undefined),
    log: () => {},
    prompt: () => {},
  });
  const { close } = made;
  const effects = { ...made.effects, ...caseInput(task.input, profile.limits.input), clock: caseClock(task.time) };
  const pool = new ProcessPool(selfCommand(), 0);
  const printed = new Printed();
  const journal = new MemoryJournal(newRunId(task.time));
  try {
    await prepareGrants(profile, effects);
    const outcome = await castSpell({
      ...{ spell, profile, parameters, effects, pool, signal, seed: task.seed, redactor: outside.redactor },
      onOutput: (stream, text) => printed.add(stream, text),
      tape: { id: journal.id, loadJournal: () => Promise.resolve(() => journal), positions: true },
    });
    const calls = journal.entries.filter((entry) => entry.type === "call");
    return toCaseRun(outcome, printed, toCaseCalls(calls, spell.shown));
  } finally {
    close();
    pool.close();
  }
}
