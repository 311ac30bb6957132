import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toFailure } from "../../contract/errors.ts";
import { toJson } from "../../contract/plain-json.ts";
import type { Value } from "../../contract/value.ts";
import { readText } from "../../host/index.ts";
import { changedCaseText, readCase, type SpellCase } from "../../profile/index.ts";
import { CATALOGUE } from "../catalog.ts";
import type { Difference } from "./difference.ts";
import type { FoundCase } from "./find-cases.ts";
import { liveRun } from "./live-run.ts";
import { readRecording } from "./recording.ts";
import { besideCase, isFailed, runCase, type CaseResult } from "./run-cases.ts";

/** What became of a case that was to be brought up to date. */
export interface CaseUpdate extends CaseResult {
  /** What was changed in its file and beside it, in words; none: all was as it should be. */
  readonly changes: readonly string[];
}

const MAX_CASE = 256 * 1024;

/**
 * Records a case again, live, where it has a recording, and writes into its file what its expectations should be now.
 * A run that fails although no error is expected is nothing to expect: then the file stays as it is. `isDone`: the file
 * was written for another language of the spell, and what does not hold in this one is a fault.
 */
export async function updateCase(
  stale: FoundCase,
  { signal, isDone }: { readonly signal: AbortSignal; readonly isDone: boolean },
): Promise<CaseUpdate> {
  const { file } = stale.spellCase;
  const found = {
    ...stale,
    spellCase: await readCase({ file, text: (await readText(file, MAX_CASE, "case.invalid")) ?? "" }, CATALOGUE),
  };
  const { recording } = found.spellCase;
  const started = performance.now();
  const ended = () => ({ milliseconds: Math.round(performance.now() - started) });
  try {
    const kept = recording === undefined || isDone ? undefined : await recordAgain(found, recording, signal);
    const result = await runCase(found, signal);
    const usable = isFailed(result) ? (isDone ? undefined : await rewrite(found, result)) : [];
    if (usable === undefined) {
      await kept?.restore();
      return { ...result, ...ended(), changes: [] };
    }
    const last = usable.length === 0 ? result : { ...result, differences: left(result.differences) };
    const isRecordingNew = kept?.isNew === true ? [`${join(dirname(file), recording ?? "")} recorded again`] : [];
    return { ...last, ...ended(), changes: [...isRecordingNew, ...usable] };
  } catch (error) {
    return { ...found, differences: [], broken: toFailure(error), ...ended(), changes: [] };
  }
}

/** Those that have no single place to be written to. */
function left(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(({ update }) => update === undefined);
}

/** Writes new expectations; undefined where the run is none to take them from. */
async function rewrite({ spellCase }: FoundCase, result: CaseResult): Promise<string[] | undefined> {
  const { broken, run, differences } = result;
  if (broken !== undefined || run === undefined) return undefined;
  const isExpected = spellCase.expect?.error !== undefined || (spellCase.expect?.status ?? 0) !== 0;
  if (run.failure !== undefined && !isExpected) return undefined;
  const changes = differences.flatMap(({ path, update }) => {
    return update === undefined ? [] : [[["expect", ...path], update.value] as const];
  });
  if (changes.length === 0) return undefined;
  const text = (await readText(spellCase.file, MAX_CASE, "case.invalid")) ?? "";
  await writeFile(spellCase.file, await changedCaseText(text, changes));
  return changes.map(([path]) => `${spellCase.file}: ${path.join(".")}`);
}

interface Kept {
  readonly isNew: boolean;
  /** Puts back what was there. */
  restore(): Promise<void>;
}

/** Runs the spell live as it was when it was recorded, and writes the new record. */
async function recordAgain({ spellCase, variant }: FoundCase, recording: string, signal: AbortSignal): Promise<Kept> {
  const place = join(dirname(spellCase.file), recording);
  const before = await readText(place, Number.MAX_SAFE_INTEGER);
  const parameters = spellCase.parameters ?? (before === undefined ? {} : await recordedParameters(place));
  const words = [
    variant.path,
    `--engine=${variant.engine.id}`,
    ...Object.entries(parameters).map(([name, value]) => `--param=${name}=${parameterText(value)}`),
    ...optionWords(spellCase),
  ];
  const { text } = await liveRun({ words, input: spellCase.input, signal });
  await writeFile(place, text);
  return {
    isNew: text !== before,
    restore: async () => {
      if (before !== undefined) await writeFile(place, before);
    },
  };
}

function optionWords({ profile, model, seed, file }: SpellCase): string[] {
  return [
    ...(profile === undefined ? [] : [`--profile=${besideCase(file, profile)}`]),
    ...(model === undefined ? [] : [`--model=${model}`]),
    ...(seed === undefined ? [] : [`--seed=${seed}`]),
  ];
}

/** As `-p` reads it: texts as they are, the rest as JSON. */
function parameterText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(toJson(value));
}

async function recordedParameters(file: string): Promise<Readonly<Record<string, Value>>> {
  const scratch = await realpath(await mkdtemp(join(tmpdir(), "llmspell-case-")));
  try {
    const { record } = await readRecording(file, scratch);
    return record.start.message.parameters as Readonly<Record<string, Value>>;
  } catch {
    // It is to be made anew in any case.
    return {};
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
