import { SpellError } from "../contract/errors.ts";
import type { Invocation } from "../contract/journal.ts";
import type { Profile } from "../contract/profile.ts";
import type { Value, ValueMap } from "../contract/value.ts";
import type { Approvals, FoundSpell, LoadedSpell, NewTapeOptions, Tape } from "../runtime/index.ts";
import { VERSION } from "./build-info.ts";
import { listOption, textOption, type CommandInput } from "./command.ts";
import { lockedProfile } from "./learn.ts";
import { invocationOf } from "./open-world.ts";

type Runtime = typeof import("../runtime/index.ts");

/** What a run is made from, before its world is opened. */
export interface RunPlan {
  readonly spell: LoadedSpell;
  readonly profile: Profile;
  readonly parameters: ValueMap;
  readonly invocation: Invocation;
  readonly approvals: Approvals;
  /** Files that no spell may change, whatever it is granted. */
  readonly keepFiles: readonly string[];
  /** What earlier runs are in; absent where this one leaves no record. */
  readonly journalFile?: string | undefined;
  readonly seed?: number;
  readonly tape?: Tape | undefined;
}

/** What a command of our own puts in the place of what the command line says. */
export interface OwnPlan {
  /** Less, or what the person named on the command line besides. */
  readonly profile?: (profile: Profile) => Profile;
  readonly parameters?: ValueMap;
}

/** Finds out from the command line and the project what is to be run, and by which profile. */
export async function planRun(input: CommandInput, found: FoundSpell, own: OwnPlan = {}): Promise<RunPlan> {
  const runtime = await import("../runtime/index.ts");
  const project = await runtime.findProject();
  const choice = runtime.chooseFor(
    project,
    found.name,
    found.path,
    (await lockedProfile(input, found)) ?? textOption(input, "profile"),
  );
  const approvals = await runtime.openApprovals(project, textOption(input, "approvals"));
  const opened = await narrow(input, await runtime.openProfile(choice.profile, project));
  const asked = runtime.withApprovals(opened, approvals);
  const profile = own.profile?.(asked) ?? asked;
  runtime.requireEngine(found.engine.id, profile);
  runtime.requireNeeds(found.manifest.needs, profile);
  const spell = await runtime.loadSpell(found, profile.limits.source);
  const parameters =
    own.parameters ?? runtime.checkParameters(found.manifest, readParameters(listOption(input, "param")));
  const isChosen = textOption(input, "model") !== undefined || textOption(input, "mock") !== undefined;
  if (!isChosen && choice.model !== undefined) runtime.requireProvider(choice.model, choice.modelPosition);
  const invocation = invocationOf(input, isChosen ? textOption(input, "model") : choice.model);
  const file = journalFile(input, profile, runtime.defaultJournalFile);
  const answers = runtime.defaultAnswersFile((name) => process.env[name]);
  const keepFiles = runtime.governingFiles(profile, project, textOption(input, "approvals"));
  return {
    ...{ spell, profile, parameters, invocation, approvals, ...seedOption(input) },
    journalFile: file,
    keepFiles: [...keepFiles, ...[file, answers].flatMap((kept) => (kept === undefined ? [] : journalFiles(kept)))],
    tape: file === undefined ? undefined : recorded(runtime, { file, spell, profile, invocation, version: VERSION }),
  };
}

/** The tape of a new run and, under it, of the spells that it runs. */
function recorded({ newTape, beneathTape }: Runtime, options: NewTapeOptions): Tape {
  const tape = newTape(options);
  return { ...tape, beneath: beneathTape({ ...options, parent: tape.id }) };
}

/** The file that the run is recorded in; undefined where it leaves no record. */
function journalFile(
  input: CommandInput,
  profile: Profile,
  standard: (environment: (name: string) => string | undefined) => string,
): string | undefined {
  const given = textOption(input, "journal");
  if (given !== undefined) return given;
  if (input.options["journal"] === false || profile.journal === "none") return undefined;
  return standard((name) => process.env[name]);
}

/** A journal and what SQLite keeps beside it. */
export function journalFiles(file: string): readonly string[] {
  return [file, `${file}-wal`, `${file}-shm`];
}

/** The profile with the command line's own limits and budgets. */
async function narrow(input: CommandInput, profile: Profile): Promise<Profile> {
  const overrides = { limits: listOption(input, "limit"), budget: listOption(input, "budget") };
  if (overrides.limits.length + overrides.budget.length === 0) return profile;
  const { overrideLimits } = await import("../profile/index.ts");
  return overrideLimits(profile, overrides);
}

function seedOption(input: CommandInput): { seed?: number } {
  const text = textOption(input, "seed");
  if (text === undefined) return {};
  const seed = Number(text);
  if (text.trim() === "" || !Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new SpellError("usage", `--seed takes a whole number from 0 to 4294967295, not "${text}"`);
  }
  return { seed };
}

/** `key=value` texts as a map. */
export function readParameters(pairs: readonly string[]): Record<string, Value> {
  const given: Record<string, Value> = Object.create(null);
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new SpellError("usage", `A parameter is given as key=value, not "${pair}"`);
    given[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return given;
}
