import { SpellError } from "../contract/errors.ts";
import type { FoundSpell, Outcome, Outside, OutsideOptions } from "../runtime/index.ts";
import { catchInterrupts } from "./catch-interrupts.ts";
import { flagOption, textOption, type CommandInput } from "./command.ts";
import { printJsonFailure } from "./json-failure.ts";
import { beginLearning } from "./learn.ts";
import { openWorld } from "./open-world.ts";
import { planRun, type RunPlan } from "./plan-run.ts";
import { noteCost } from "./note-cost.ts";
import { openProgress, type Progress } from "./progress.ts";
import { reportOutcome } from "./report-outcome.ts";
import type { Terminal } from "./terminal.ts";
import { untilInterrupted } from "./until-interrupted.ts";
import { withoutFolder } from "./without-folder.ts";

/** What a test of this machine puts in the place of the world, and listens to. */
export interface CastWorld {
  /** Instead of the system's resolver of names. */
  readonly lookup?: OutsideOptions["lookup"];
  /** Told how the run ended. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

/** Finds out everything that a run needs, runs it, and shows how it ended. Answers the exit status. */
export function castFromCommandLine(
  input: CommandInput,
  find: () => Promise<FoundSpell>,
  world: CastWorld = {},
): Promise<number> {
  return castPlan(input, async () => planRun(input, await find()), world);
}

/** Runs what was planned and shows how it ended. Answers the exit status. */
export async function castPlan(
  input: CommandInput,
  makePlan: () => Promise<RunPlan>,
  world: CastWorld = {},
): Promise<number> {
  const interrupt = catchInterrupts();
  const { takePool } = await import("../runtime/early-process.ts");
  const pool = takePool();
  const runtime = await import("../runtime/index.ts");
  const output: Uint8Array[] = [];
  const progress = openProgress(flagOption(input, "quiet") || flagOption(input, "json") ? NOBODY : input.terminal);
  const shown = withProgress(input, progress);
  let sources: ReadonlyMap<string, string> = new Map();
  try {
    const plan = await untilInterrupted(makePlan(), interrupt.signal);
    const { spell, profile, parameters } = plan;
    const { lookup } = world;
    const opening = openWorld(shown, { ...plan, spell: spell.name, ...(lookup === undefined ? {} : { lookup }) });
    const { models, effects, redactor, close } = await untilInterrupted(opening, interrupt.signal);
    sources = withoutSecrets(spell.sources, redactor);
    if (Object.hasOwn(profile.bridges, "llm")) await untilInterrupted(models.prepare(), interrupt.signal);
    const learning = await beginLearning(input, { spell, profile, effects });
    const auditFile = textOption(input, "audit");
    const audit =
      auditFile === undefined
        ? undefined
        : await untilInterrupted(
            runtime.openAudit(auditFile, () => Date.now()),
            interrupt.signal,
          );
    const casting = runtime.castSpell({
      ...{ spell, profile, parameters, effects, redactor, pool, signal: interrupt.signal },
      ...(plan.seed === undefined ? {} : { seed: plan.seed }),
      audit,
      eager: true,
      tape: plan.tape,
      learner: learning?.learner,
      onModelCalls: progress.waiting,
      onOutput: (stream, text) => {
        if (!flagOption(input, "json")) shown.terminal.spell(stream, text);
        else if (stream === "stdout") output.push(typeof text === "string" ? Buffer.from(text) : text.slice());
      },
    });
    const outcome = await casting.finally(() => {
      close();
      audit?.close();
    });
    world.onOutcome?.(outcome);
    progress.stop();
    const learned = await learning?.finish(outcome);
    const status = reportOutcome(input, { ...spell, sources }, outcome, { output, learned });
    noteCost(input, outcome);
    if (plan.tape !== undefined) noteResume(input, outcome);
    return status;
  } catch (thrown) {
    const error = withoutFolder(thrown);
    if (!(error instanceof SpellError) || !flagOption(input, "json")) throw new CastError(error, sources);
    return printJsonFailure(input.terminal, error);
  } finally {
    progress.stop();
    pool.close();
    await pool.gone();
    interrupt.stop();
  }
}

/** How a run ends that can be resumed. */
const RESUMABLE: ReadonlySet<string> = new Set(["interrupted", "process.died", "journal.write"]);

/** Says how to go on with a run that did not come to its end. */
function noteResume(input: CommandInput, { id, failure }: Outcome): void {
  if (failure === undefined || !RESUMABLE.has(failure.code) || flagOption(input, "quiet")) return;
  const journal = textOption(input, "journal");
  const where = journal === undefined ? "" : ` --journal ${journal}`;
  input.terminal.note(`llmspell: to go on with it: llmspell resume ${id}${where}`);
}

/** The lines that an error may be shown with. */
function withoutSecrets(sources: ReadonlyMap<string, string>, redactor: Outside["redactor"]): typeof sources {
  if (redactor === undefined) return sources;
  return new Map([...sources].map(([file, source]) => [file, redactor.text(source)]));
}

const NOBODY = { isInteractive: false } as Terminal;

/** The same command line, whose terminal takes the line of progress away before anything is written. */
function withProgress(input: CommandInput, { beforeOutput }: Progress): CommandInput {
  const { terminal } = input;
  if (!terminal.isInteractive) return input;
  const first =
    (write: Terminal["out"]): Terminal["out"] =>
    (text) => {
      beforeOutput(text);
      write(text);
    };
  const note = (line: string) => {
    beforeOutput("\n");
    terminal.note(line);
  };
  const spell: Terminal["spell"] = (stream, text) => first((shown) => terminal.spell(stream, shown))(text);
  return { ...input, terminal: { ...terminal, out: first(terminal.out), err: first(terminal.err), spell, note } };
}

/** An error before or around a run, with the texts that its place may be shown in. */
export class CastError extends Error {
  constructor(
    readonly reason: unknown,
    readonly sources: ReadonlyMap<string, string>,
  ) {
    super("", { cause: reason });
  }
}
