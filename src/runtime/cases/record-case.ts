import { mkdir, writeFile } from "node:fs/promises";
import { basename, isAbsolute, join, relative } from "node:path";
import { isErrorCode } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import type { RecordedRun } from "../tape/recorded-run.ts";
import { caseText } from "../../profile/index.ts";
import { findSpell } from "../find-spell.ts";
import { openOutside } from "../open-outside.ts";
import { recordedEnd } from "./replay-task.ts";
import { casesFolder } from "./find-cases.ts";
import { liveRun } from "./live-run.ts";
import { matchersOf } from "./match-value.ts";

/** How a case is made from a run. */
export interface RecordOptions {
  readonly reference: string;
  /** The case's name. */
  readonly name: string;
  readonly engine: string | undefined;
  /** `key=value` */
  readonly parameters: readonly string[];
  readonly profile: string | undefined;
  readonly model: string | undefined;
  readonly seed: string | undefined;
  readonly environmentFile: string | undefined;
  /** Writes over a case that is there. */
  readonly replace: boolean;
  readonly signal: AbortSignal;
}

/** What was written. */
export interface RecordedCase {
  readonly file: string;
  readonly recording: string;
}

const MAX_SOURCE = 64 * 1024 * 1024;

/** A case's file may have 256 KiB of UTF-8; this many UTF-16 units always fit. */
const MAX_CASE = 80 * 1024;

/** A longer result or output stands in the recording alone, in UTF-16 units. */
const MAX_WRITTEN = 8192;

/** Runs a spell live and writes the case that it makes: the record of the run, and what it came to. */
export async function recordCase(options: RecordOptions): Promise<RecordedCase> {
  const { reference, name, engine, replace, signal } = options;
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new SpellError("usage", `"${name}" is no name for a case`, { fix: "Use letters, digits, dots, _ and -" });
  }
  const found = await findSpell(reference, { engine, maxBytes: MAX_SOURCE });
  if (found.path === "built in") {
    throw new SpellError("usage", `The spell "${reference}" is built in: there is no folder for its cases`, {
      fix: `Copy it to ./spells/${reference} first`,
    });
  }
  const folder = casesFolder(found);
  const file = join(folder, `${name}.yaml`);
  const recording = `${name}.jsonl`;
  if (!replace) await requireAbsent(file, join(folder, recording));
  const run = await liveRun({ words: toWords(options, found.path), input: undefined, signal });
  const { record } = run;
  const keys = {
    engine: record.start.spell.engine,
    parameters: givenParameters(options.parameters, record),
    input: await withoutSecrets(run.input, record, options.environmentFile),
    profile: options.profile === undefined ? undefined : fromCase(folder, options.profile),
    model: options.model,
    seed: options.seed === undefined ? undefined : Number(options.seed),
    recording,
    expect: expectationOf(record),
  };
  const whole = await caseText(keys);
  // What is too long for a case stands in its recording alone.
  const text = whole.length <= MAX_CASE ? whole : await caseText({ ...keys, input: undefined });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, recording), run.text);
  await writeFile(file, text);
  return { file, recording: join(folder, recording) };
}

/** What was typed in may hold a secret that nothing of ours may write down. */
async function withoutSecrets(
  input: string | undefined,
  { start }: RecordedRun,
  environmentFile: string | undefined,
): Promise<string | undefined> {
  if (input === undefined || input === "") return undefined;
  const { redactor, close } = await openOutside({ profile: start.profile, environmentFile });
  close();
  return redactor?.text(input) ?? input;
}

async function requireAbsent(...files: readonly string[]): Promise<void> {
  for (const file of files) {
    if (!(await Bun.file(file).exists())) continue;
    throw new SpellError("file.exists", `"${file}" is there already`, {
      fix: "Choose another name, or say --update to record it again",
      details: { file },
    });
  }
}

function toWords(options: RecordOptions, path: string): string[] {
  const { engine, parameters, profile, model, seed, environmentFile } = options;
  const option = (flag: string, value: string | undefined) => (value === undefined ? [] : [`${flag}=${value}`]);
  return [
    path,
    ...option("--engine", engine),
    ...parameters.map((pair) => `--param=${pair}`),
    ...option("--profile", profile),
    ...option("--model", model),
    ...option("--seed", seed),
    ...option("--env-file", environmentFile),
  ];
}

/** Those that were given, with the types that they turned out to have. */
function givenParameters(pairs: readonly string[], { start }: RecordedRun): Record<string, unknown> | undefined {
  const all = start.message.parameters as Readonly<Record<string, unknown>>;
  const names = [...new Set(pairs.map((pair) => pair.slice(0, pair.indexOf("="))))];
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, all[name]]));
}

/** A profile's path as seen from the case's folder; a name stays one. */
function fromCase(folder: string, reference: string): string {
  if (!/[/\\]|\.ya?ml$/.test(reference) || isAbsolute(reference)) return reference;
  const path = relative(folder, reference);
  return path === basename(path) ? `./${path}` : path;
}

/** What a run came to, as expectations; undefined where it is too long to be written beside its recording. */
export function expectationOf(record: RecordedRun): Record<string, unknown> | undefined {
  const { result, output, stderr, status } = recordedEnd(record);
  const failure = record.end?.failure;
  const expect = {
    status,
    ...(failure === undefined ? {} : { error: { code: failure.code, message: failure.message } }),
    ...(result === null ? {} : { result: matchersOf(result) === undefined ? result : { equals: result } }),
    ...(output === "" ? {} : { output }),
    ...(stderr === "" ? {} : { stderr }),
  };
  const isKnown = failure === undefined || isErrorCode(failure.code);
  const shown = isKnown ? expect : { ...expect, error: { message: failure?.message ?? "" } };
  return JSON.stringify(shown).length > MAX_WRITTEN ? undefined : shown;
}
