import { EXIT } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import {
  findCases,
  recordCase,
  runCases,
  updateCase,
  type CaseResult,
  type FoundCase,
  type SpellCases,
} from "../../runtime/cases/index.ts";
import { catchInterrupts } from "../catch-interrupts.ts";
import { flagOption, listOption, textOption, type CommandInput } from "../command.ts";
import { printable } from "../printable.ts";
import { caseTitle, CaseReporter } from "./case-reporter.ts";
import { isFailed } from "./case-status.ts";
import { resultsToJson } from "./results-to-json.ts";

/** Does what `llmspell test` was told: runs, lists, records or updates cases. */
export async function runTest(input: CommandInput): Promise<number> {
  checkOptions(input);
  const interrupt = catchInterrupts();
  try {
    if (textOption(input, "record") !== undefined) return await record(input, interrupt.signal);
    return await runAll(input, interrupt.signal);
  } finally {
    interrupt.stop();
  }
}

function references(input: CommandInput): readonly string[] {
  const [given] = input.arguments;
  return typeof given === "string" ? [given] : (given ?? []);
}

const ONLY_RECORD = ["profile", "model", "seed", "envFile"] as const;
const NEVER_RECORD = ["filter", "junit"] as const;

function checkOptions(input: CommandInput): void {
  const isRecording = textOption(input, "record") !== undefined;
  const flag = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const given = (name: string) => textOption(input, name) !== undefined || flagOption(input, name);
  if (!isRecording) {
    const wrong = listOption(input, "param").length > 0 ? "param" : ONLY_RECORD.find(given);
    if (wrong === undefined) return;
    throw new SpellError("usage", `${flag(wrong)} goes with --record; a case names its own`, {
      fix: "Write it into the case's file",
    });
  }
  const wrong = [...NEVER_RECORD, "bail", "list"].find(given);
  if (wrong !== undefined) throw new SpellError("usage", `${flag(wrong)} does not go with --record`);
  if (references(input).length !== 1) {
    throw new SpellError("usage", "--record makes a case of one spell", {
      fix: "Name it: llmspell test SPELL --record NAME",
    });
  }
}

async function record(input: CommandInput, signal: AbortSignal): Promise<number> {
  const [reference = ""] = references(input);
  const name = textOption(input, "record") ?? "";
  const made = await recordCase({
    ...{ reference, name, signal },
    engine: textOption(input, "engine"),
    parameters: listOption(input, "param"),
    profile: textOption(input, "profile"),
    model: textOption(input, "model"),
    seed: textOption(input, "seed"),
    environmentFile: textOption(input, "envFile"),
    replace: flagOption(input, "update"),
  });
  if (!flagOption(input, "quiet")) {
    input.terminal.note(`wrote ${made.file}`);
    input.terminal.note(`wrote ${made.recording}`);
  }
  // What cannot be replayed now never will be.
  const all = await findCases({ references: [reference], engine: undefined });
  const own = all.map((each) => ({
    ...each,
    cases: each.cases.filter(({ spellCase }) => spellCase.file === made.file),
  }));
  return report(input, own, signal, false);
}

async function runAll(input: CommandInput, signal: AbortSignal): Promise<number> {
  const found = await findCases({ references: references(input), engine: textOption(input, "engine") });
  const spells = filtered(found, textOption(input, "filter"));
  if (spells.length === 0) throw noCase(input, found);
  if (!flagOption(input, "list")) return report(input, spells, signal, flagOption(input, "update"));
  const all = spells.flatMap(({ path, cases }) => cases.map((each) => ({ path, each })));
  if (flagOption(input, "json")) {
    const rows = all.map(({ path, each: { spellCase, variant } }) => {
      const { name, file, description, recording } = spellCase;
      return { spell: path, name, main: variant.main, engine: variant.engine.id, file, description, recording };
    });
    input.terminal.out(`${JSON.stringify(rows)}\n`);
  } else for (const { path, each } of all) input.terminal.out(`${printable(`${path} ${caseTitle(each)}`)}\n`);
  return EXIT.done;
}

function noCase(input: CommandInput, found: readonly SpellCases[]): SpellError {
  const filter = textOption(input, "filter");
  const count = found.reduce((sum, { cases }) => sum + cases.length, 0);
  if (count > 0 && filter !== undefined) {
    return new SpellError("case.none", `No case holds "${filter}"; there are ${count}`, {
      fix: "`llmspell test --list` lists them",
    });
  }
  return new SpellError("case.none", "There is no case: neither in ./spells/*/tests nor in ./tests");
}

function filtered(spells: readonly SpellCases[], filter: string | undefined): SpellCases[] {
  if (filter === undefined) return [...spells];
  const isKept = matcher(filter);
  return spells
    .map((spell) => ({ ...spell, cases: spell.cases.filter((each) => isKept(`${spell.path} ${caseTitle(each)}`)) }))
    .filter(({ cases }) => cases.length > 0);
}

function matcher(filter: string): (title: string) => boolean {
  const [, source] = /^\/(.+)\/$/.exec(filter) ?? [];
  if (source === undefined) return (title) => title.toLowerCase().includes(filter.toLowerCase());
  try {
    const pattern = new RegExp(source);
    return (title) => pattern.test(title);
  } catch (error) {
    throw new SpellError("usage", `--filter: "${source}" is no regular expression`, { cause: error });
  }
}

async function report(
  input: CommandInput,
  spells: readonly SpellCases[],
  signal: AbortSignal,
  isUpdate: boolean,
): Promise<number> {
  const started = performance.now();
  const all = spells.flatMap(({ cases }) => cases);
  const isJson = flagOption(input, "json");
  const reporter = new CaseReporter(input.terminal, spells, { quiet: flagOption(input, "quiet"), silent: isJson });
  const results = isUpdate ? await update(all, signal, input, reporter) : await run(all, signal, input, reporter);
  if (signal.aborted) throw new SpellError("interrupted", "Interrupted");
  const milliseconds = Math.round(performance.now() - started);
  const totals = reporter.finish(milliseconds, all.length);
  const junit = textOption(input, "junit");
  if (junit !== undefined) {
    const { writeJunit } = await import("./junit.ts");
    await writeJunit(junit, spells, results, milliseconds);
  }
  if (isJson) input.terminal.out(`${JSON.stringify(resultsToJson(spells, results, { ...totals, milliseconds }))}\n`);
  // A case that could not be run is no answer to whether the spell is right.
  if (results.some(({ broken }) => broken !== undefined)) return EXIT.usage;
  return totals.failed > 0 ? EXIT.failed : EXIT.done;
}

async function run(
  cases: readonly FoundCase[],
  signal: AbortSignal,
  input: CommandInput,
  reporter: CaseReporter,
): Promise<readonly CaseResult[]> {
  const bail = flagOption(input, "bail");
  return runCases(cases, { signal, bail, onResult: (result) => reporter.show(result, []) });
}

/** One after another: live runs cost money, and a person may be asked. */
async function update(
  cases: readonly FoundCase[],
  signal: AbortSignal,
  input: CommandInput,
  reporter: CaseReporter,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  const done = new Set<string>();
  for (const each of cases) {
    if (signal.aborted) break;
    const { file } = each.spellCase;
    const { changes, ...result } = await updateCase(each, { signal, isDone: done.has(file) });
    if (changes.length > 0) done.add(file);
    results.push(result);
    reporter.show(result, changes);
    if (flagOption(input, "bail") && isFailed(result)) break;
  }
  return results;
}
