import { CommanderError } from "commander";
import { SpellError, toFailure, type Failure } from "../contract/errors.ts";
import { CastError } from "./cast.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./index.ts";
import { withoutFolder } from "./without-folder.ts";

/** What is shown of an error that reached the top of the command line. */
export interface ShownFailure {
  readonly failure: Failure;
  readonly sources: ReadonlyMap<string, string>;
}

/** Turns commander's own errors into ours; `help` where commander only showed its help. */
export function toUsageFailure(error: unknown, args: readonly string[]): ShownFailure | "help" {
  if (error instanceof CastError) return { failure: ownFailure(error.reason, args), sources: error.sources };
  if (!(error instanceof CommanderError)) return { failure: ownFailure(error, args), sources: new Map() };
  if (error.exitCode === 0 || error.code === "commander.help" || error.code === "commander.helpDisplayed")
    return "help";
  const hint = error.code === "commander.excessArguments" ? commandOf(args).at(-1)?.excess : undefined;
  const fix = hint ?? adviceOf(args);
  return { failure: toFailure(new SpellError("usage", sentence(error.message), { fix })), sources: new Map() };
}

/** An error of ours; a wrong command line without advice of its own has the help of the command. */
function ownFailure(error: unknown, args: readonly string[]): Failure {
  const failure = toFailure(withoutFolder(error));
  return failure.code === "usage" && failure.fix === undefined ? { ...failure, fix: adviceOf(args) } : failure;
}

function adviceOf(args: readonly string[]): string {
  return `See ${["llmspell", ...commandOf(args).map(({ name }) => name), "--help"].join(" ")}`;
}

/** The command that was meant, as far as it is known: `profile`, `show`. */
function commandOf(args: readonly string[]): Command[] {
  const path: Command[] = [];
  let below: readonly Command[] | undefined = COMMANDS;
  for (const arg of args) {
    if (arg.startsWith("-")) continue;
    const next: Command | undefined = below?.find(({ name }) => name === arg);
    if (next === undefined) break;
    path.push(next);
    below = next.commands;
  }
  return path;
}

/** Commander's message as ours are: sentence case, double quotes, no full stop. */
function sentence(message: string): string {
  const text = message
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (.*)\?\)$/, "; did you mean $1?")
    .replace(/\.$/, "")
    .replaceAll("'", '"');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
