import { resolve } from "node:path";
import { isTerminal } from "../runtime/is-terminal.ts";
import { exactPattern } from "../contract/call-pattern.ts";
import type { LogEntry } from "../contract/effects.ts";
import type { Invocation } from "../contract/journal.ts";
import type { Profile } from "../contract/profile.ts";
import type { Value } from "../contract/value.ts";
import type {
  Approvals,
  EffectOptions,
  GrantWarning,
  ModelCatalogue,
  Outside,
  OutsideOptions,
} from "../runtime/index.ts";
import { askApproval } from "./ask-approval.ts";
import { LEVELS } from "./cast-options.ts";
import { flagOption, textOption, type CommandInput } from "./command.ts";
import { toJson } from "./format-value.ts";
import { printable } from "./printable.ts";
import { showPosition } from "./show-failure.ts";
import type { Terminal } from "./terminal.ts";

/** What a run does its effects with. */
export interface World {
  readonly models: ModelCatalogue;
  readonly effects: ReturnType<(typeof import("../runtime/index.ts"))["makeEffects"]>["effects"];
  readonly redactor: Outside["redactor"];
  readonly close: () => void;
}

/** What the world is opened for. */
export interface WorldOptions {
  readonly profile: Profile;
  readonly invocation: Invocation;
  readonly approvals: Approvals;
  /** The spell's name, as the terminal asks with it. */
  readonly spell: string;
  /** Files that no spell may change, whatever it is granted. */
  readonly keepFiles: readonly string[];
  /** What earlier runs are in; absent where this one leaves no record. */
  readonly journalFile?: string | undefined;
  /** Instead of the system's resolver of names. */
  readonly lookup?: OutsideOptions["lookup"];
}

/** Opens models, network, secrets, files and the terminal for one run. Throws where the profile grants what is not there. */
export async function openWorld(input: CommandInput, options: WorldOptions): Promise<World> {
  const { profile, invocation, approvals, lookup, keepFiles, journalFile } = options;
  const runtime = await import("../runtime/index.ts");
  const { terminal } = input;
  const isQuiet = flagOption(input, "quiet");
  const { model, mockFile, environmentFile } = invocation;
  const models = await runtime.openModels({
    ...{ model, mockFile, environmentFile },
    onMock: () => isQuiet || terminal.note(MOCK_NOTE),
  });
  const outside = await runtime.openOutside({
    profile,
    environmentFile,
    ...(lookup === undefined ? {} : { lookup }),
  });
  const { effects, close } = runtime.makeEffects({
    models,
    facts: runtime.modelFacts(journalFile),
    self: runtime.selfCommand(),
    outside,
    keepFiles,
    answersFile: runtime.defaultAnswersFile((name) => process.env[name]),
    variables: await runtime.openVariables(profile, environmentFile),
    maxInputBytes: profile.limits.input,
    log: (entry, claim) => showLog(input, entry, claim),
    ...(isTerminal(0) && terminal.isInteractive
      ? { approve: approver(terminal, approvals, `${profile.name}, ${options.spell}`) }
      : {}),
    // Where lines come from a file or program, nobody waits for a question.
    prompt: (text) => isTerminal(0) && terminal.spell("stderr", text),
  });
  try {
    const warnings = await runtime.prepareGrants(profile, effects);
    const shown = [...outside.warnings, ...warnings.map(showWarning)];
    if (!isQuiet) for (const warning of shown) terminal.note(`llmspell: ${warning}`);
  } catch (error) {
    close();
    throw error;
  }
  return { models, effects, redactor: outside.redactor, close };
}

/** What of the command line a run depends on besides its profile. */
export function invocationOf(input: CommandInput, model: string | undefined): Invocation {
  const [mockFile, environmentFile, approvalsFile] = [
    textOption(input, "mock"),
    textOption(input, "envFile"),
    textOption(input, "approvals"),
  ];
  return {
    folder: resolve("."),
    ...(model === undefined ? {} : { model }),
    ...(mockFile === undefined ? {} : { mockFile }),
    ...(environmentFile === undefined ? {} : { environmentFile }),
    ...(approvalsFile === undefined ? {} : { approvalsFile }),
  };
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

const MOCK_NOTE =
  "llmspell: no model key and no local server found, so the mock model answers; set ANTHROPIC_API_KEY or OPENAI_API_KEY, or start Ollama";

function showLog(
  input: CommandInput,
  { level, message, fields }: LogEntry,
  claim: (bytes: number) => void = () => {},
): void {
  const least = LEVELS.findIndex((name) => name === (textOption(input, "logLevel") ?? "info"));
  if (flagOption(input, "quiet") || LEVELS.indexOf(level) < least) return;
  const { note, style } = input.terminal;
  const color = { debug: style.dim, info: style.cyan, warn: style.yellow, error: style.red }[level];
  const more = Object.entries(fields).map(
    ([key, value]) => ` ${style.dim(`${printable(key)}=`)}${printable(showField(value as Value))}`,
  );
  const line = `${color(level)}: ${printable(message)}${more.join("")}`;
  claim(Buffer.byteLength(line) + 1);
  note(line);
}

function showField(value: Value): string {
  return typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(toJson(value));
}
