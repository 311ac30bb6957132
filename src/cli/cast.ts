import { isatty } from "node:tty";
import type { LogEntry } from "../contract/effects.ts";
import { EXIT, exitStatus } from "../contract/error-codes.ts";
import { exactPattern } from "../contract/call-pattern.ts";
import { SpellError, toFailure } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import type { Value, ValueMap } from "../contract/value.ts";
import type {
  Approvals,
  EffectOptions,
  FoundSpell,
  GrantWarning,
  LoadedSpell,
  ModelCatalogue,
  Outcome,
  Outside,
  OutsideOptions,
} from "../runtime/index.ts";
import { askApproval } from "./ask-approval.ts";
import { flagOption, listOption, textOption, type CommandInput, type CommandOption } from "./command.ts";
import { formatResult, toJson } from "./format-value.ts";
import { beginLearning, lockedProfile } from "./learn.ts";
import { openProgress, type Progress } from "./progress.ts";
import { printable } from "./printable.ts";
import { showFailure, showPosition } from "./show-failure.ts";
import {
  suggestBudgets,
  suggestEngines,
  suggestLimits,
  suggestParameters,
  suggestProfiles,
  suggestProviders,
} from "./suggestions.ts";
import type { Terminal } from "./terminal.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** The options of every command that runs a spell. */
export const CAST_OPTIONS: readonly CommandOption[] = [
  {
    flags: "-p, --param <key=value>",
    doc: "A parameter of the spell; may be repeated",
    repeat: true,
    complete: suggestParameters,
  },
  {
    flags: "--profile <name>",
    doc: "Profile by name or file; else the project's rule, else standard",
    complete: suggestProfiles,
  },
  { flags: "-m, --model <model>", doc: "Default model, as provider/model", complete: suggestProviders },
  { flags: "--engine <engine>", doc: "Run with this engine whatever the file's ending", complete: suggestEngines },
  { flags: "--env-file <file>", doc: "Take keys from a file of NAME=value lines" },
  { flags: "--mock <file>", doc: "Script of the mock model (YAML); implies --model mock" },
  {
    flags: "--limit <name=value>",
    doc: "Lower a limit, as wallTime=10s; raise one where the profile says raisable",
    repeat: true,
    complete: suggestLimits,
  },
  {
    flags: "--budget <name=value>",
    doc: "What the run may spend: usd=0.10,tokens=50k",
    repeat: true,
    complete: suggestBudgets,
  },
  { flags: "--approvals <file>", doc: "Calls that need not be asked for (YAML)" },
  { flags: "--audit <file>", doc: "Add one JSON line a decision of the gate to a file" },
  { flags: "--learn", doc: "Print the least profile that allows what the run used" },
  { flags: "--lock", doc: "Write that profile beside the spell, as its lock" },
  { flags: "--locked", doc: "Run under the spell's lock and nothing else" },
  { flags: "--seed <number>", doc: "Seed of the run's random numbers" },
  { flags: "--log-level <level>", doc: "Least level of log lines that are shown", choices: LEVELS },
  { flags: "--json", doc: "Print one JSON object: result, output, usage, error" },
  { flags: "-q, --quiet", doc: "No notes on standard error" },
];

/** What a test of this machine puts in the place of the world, and listens to. */
export interface CastWorld {
  /** Instead of the system's resolver of names. */
  readonly lookup?: OutsideOptions["lookup"];
  /** Told how the run ended. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

/** Finds out everything that a run needs, runs it, and shows how it ended. Answers the exit status. */
export async function castFromCommandLine(
  input: CommandInput,
  find: () => Promise<FoundSpell>,
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
    const found = await find();
    const settled = await settle(shown, found, world);
    const { spell, profile, parameters, models, effects, redactor } = settled;
    sources = withoutSecrets(spell.sources, redactor);
    if (Object.hasOwn(profile.bridges, "llm")) await models.prepare();
    const learning = await beginLearning(input, settled);
    const auditFile = textOption(input, "audit");
    const audit = auditFile === undefined ? undefined : runtime.openAudit(auditFile, () => Date.now());
    const casting = runtime.castSpell({
      ...{ spell, profile, parameters, effects, redactor, pool, signal: interrupt.signal },
      ...seedOption(input),
      audit,
      learner: learning?.learner,
      onModelCalls: progress.waiting,
      onOutput: (stream, text) => {
        if (!flagOption(input, "json")) shown.terminal.spell(stream, text);
        else if (stream === "stdout") output.push(typeof text === "string" ? Buffer.from(text) : text.slice());
      },
    });
    const outcome = await casting.finally(() => {
      settled.close();
      audit?.close();
    });
    world.onOutcome?.(outcome);
    progress.stop();
    const learned = await learning?.finish();
    return report(input, { ...spell, sources }, outcome, { output, learned });
  } catch (error) {
    if (!(error instanceof SpellError) || !flagOption(input, "json")) throw new CastError(error, sources);
    const { stack: _stack, ...failure } = toFailure(error);
    input.terminal.out(`${JSON.stringify({ status: "failed", error: failure })}\n`);
    return exitStatus(failure.code);
  } finally {
    progress.stop();
    pool.close();
    interrupt.stop();
  }
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

interface Settled {
  readonly spell: LoadedSpell;
  readonly profile: Profile;
  readonly parameters: ValueMap;
  readonly models: ModelCatalogue;
  readonly effects: ReturnType<(typeof import("../runtime/index.ts"))["makeEffects"]>["effects"];
  readonly redactor: Outside["redactor"];
  readonly close: () => void;
}

async function settle(input: CommandInput, found: FoundSpell, { lookup }: CastWorld): Promise<Settled> {
  const runtime = await import("../runtime/index.ts");
  const { terminal } = input;
  const project = await runtime.findProject();
  const choice = runtime.chooseFor(
    project,
    found.name,
    found.path,
    (await lockedProfile(input, found.path)) ?? textOption(input, "profile"),
  );
  const approvals = await runtime.openApprovals(project, textOption(input, "approvals"));
  const opened = await narrow(input, await runtime.openProfile(choice.profile, project));
  const profile = { ...opened, approve: [...opened.approve, ...approvals.patterns] };
  runtime.requireEngine(found.engine.id, profile);
  runtime.requireNeeds(found.manifest.needs, profile);
  const spell = await runtime.loadSpell(found, profile.limits.source);
  const parameters = runtime.checkParameters(found.manifest, readParameters(listOption(input, "param")));
  const isQuiet = flagOption(input, "quiet");
  const models = await runtime.openModels({
    model: textOption(input, "model") ?? choice.model,
    mockFile: textOption(input, "mock"),
    environmentFile: textOption(input, "envFile"),
    onMock: () => isQuiet || terminal.note(MOCK_NOTE),
  });
  const outside = await runtime.openOutside({
    profile,
    environmentFile: textOption(input, "envFile"),
    ...(lookup === undefined ? {} : { lookup }),
  });
  const { effects, close } = runtime.makeEffects({
    models,
    outside,
    keepFiles: runtime.governingFiles(profile, project, textOption(input, "approvals")),
    variables: await runtime.openVariables(profile, textOption(input, "envFile")),
    maxInputBytes: profile.limits.input,
    log: (entry) => showLog(input, entry),
    ...(isatty(0) && terminal.isInteractive
      ? { approve: approver(terminal, approvals, `${profile.name}, ${spell.name}`) }
      : {}),
    // Where lines come from a file or program, nobody waits for a question.
    prompt: (text) => isatty(0) && terminal.spell("stderr", text),
  });
  try {
    const warnings = await runtime.prepareGrants(profile, effects);
    const shown = [...outside.warnings, ...warnings.map(showWarning)];
    if (!isQuiet) for (const warning of shown) terminal.note(`llmspell: ${warning}`);
  } catch (error) {
    close();
    throw error;
  }
  return { spell, profile, parameters, models, effects, redactor: outside.redactor, close };
}

function showWarning({ message, position }: GrantWarning): string {
  return position === undefined ? message : `${showPosition(position)}: ${message}`;
}

/** Asks on the terminal, and keeps what is always allowed. */
function approver(terminal: Terminal, approvals: Approvals, about: string): NonNullable<EffectOptions["approve"]> {
  return async (request, readLine, signal) => {
    const answer = await askApproval(terminal, request, readLine, signal);
    if (answer !== "always") return answer;
    const pattern = exactPattern(request.call, request.arguments);
    const file = await approvals.keep(pattern, `${new Date().toISOString().slice(0, 10)}, ${about}`);
    terminal.note(terminal.style.dim(`kept in ${file}`));
    return answer;
  };
}

/** The profile with the command line's own limits and budgets. */
async function narrow(input: CommandInput, profile: Profile): Promise<Profile> {
  const overrides = { limits: listOption(input, "limit"), budget: listOption(input, "budget") };
  if (overrides.limits.length + overrides.budget.length === 0) return profile;
  const { overrideLimits } = await import("../profile/index.ts");
  return overrideLimits(profile, overrides);
}

const MOCK_NOTE =
  "llmspell: no model key and no local server found, so the mock model answers; set ANTHROPIC_API_KEY or OPENAI_API_KEY, or start Ollama";

function seedOption(input: CommandInput): { seed?: number } {
  const text = textOption(input, "seed");
  if (text === undefined) return {};
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new SpellError("usage", `--seed takes a whole number from 0 to 4294967295, not "${text}"`);
  }
  return { seed };
}

function readParameters(pairs: readonly string[]): Record<string, Value> {
  const given: Record<string, Value> = Object.create(null);
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new SpellError("usage", `A parameter is given as key=value, not "${pair}"`);
    given[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return given;
}

function showLog(input: CommandInput, { level, message, fields }: LogEntry): void {
  const least = LEVELS.findIndex((name) => name === (textOption(input, "logLevel") ?? "info"));
  if (flagOption(input, "quiet") || LEVELS.indexOf(level) < least) return;
  const { note, style } = input.terminal;
  const color = { debug: style.dim, info: style.cyan, warn: style.yellow, error: style.red }[level];
  const more = Object.entries(fields).map(
    ([key, value]) => ` ${style.dim(`${printable(key)}=`)}${printable(showField(value as Value))}`,
  );
  note(`${color(level)}: ${printable(message)}${more.join("")}`);
}

function showField(value: Value): string {
  return typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(toJson(value));
}

/** Shows the end of a run and answers its exit status. */
function report(
  input: CommandInput,
  spell: LoadedSpell,
  outcome: Outcome,
  { output, learned }: { readonly output: readonly Uint8Array[]; readonly learned: string | undefined },
): number {
  const { terminal } = input;
  const { failure, result, usage, id } = outcome;
  if (flagOption(input, "json")) {
    const common = { id, spell: spell.name, status: failure === undefined ? "done" : "failed", usage };
    const text = new TextDecoder().decode(Buffer.concat(output));
    const ending =
      failure === undefined ? { result: toJson(result) } : { error: { ...failure, details: toJson(failure.details) } };
    terminal.out(`${JSON.stringify({ ...common, output: text, ...ending, learned })}\n`);
  } else {
    if (failure !== undefined) showFailure(terminal, failure, spell.sources);
    else showResult(terminal, result);
    if (learned !== undefined) terminal.out(learned);
  }
  return failure === undefined ? EXIT.done : exitStatus(failure.code);
}

function showResult(terminal: Terminal, result: Value): void {
  if (result === null) return;
  const text = formatResult(result);
  terminal.spell("stdout", text);
  if (typeof text === "string" && !text.endsWith("\n")) terminal.out("\n");
}

/** Ctrl-C and SIGTERM end the run in order; a second one ends everything at once. */
function catchInterrupts(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (name: (typeof names)[number]) => {
    if (!controller.signal.aborted) return controller.abort();
    stop();
    process.kill(process.pid, name);
  };
  const stop = () => {
    for (const name of names) process.off(name, onSignal);
  };
  for (const name of names) process.on(name, onSignal);
  return { signal: controller.signal, stop };
}
