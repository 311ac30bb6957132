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
  if (error instanceof CastError) return { failure: toFailure(withoutFolder(error.reason)), sources: error.sources };
  if (!(error instanceof CommanderError)) return { failure: toFailure(withoutFolder(error)), sources: new Map() };
  if (error.exitCode === 0 || error.code === "commander.help" || error.code === "commander.helpDisplayed")
    return "help";
  const path = commandOf(args);
  const names = path.map(({ name }) => name);
  const advice = path.length === 0 ? "See llmspell --help" : `See llmspell ${names.join(" ")} --help`;
  const hint = error.code === "commander.excessArguments" ? path.at(-1)?.excess : undefined;
  const fix = hint ?? advice;
  return { failure: toFailure(new SpellError("usage", sentence(error.message), { fix })), sources: new Map() };
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
