import { CommanderError } from "commander";
import { SpellError, toFailure, type Failure } from "../contract/errors.ts";
import { CastError } from "./cast.ts";

/** What is shown of an error that reached the top of the command line. */
export interface ShownFailure {
  readonly failure: Failure;
  readonly sources: ReadonlyMap<string, string>;
}

/** Turns commander's own errors into ours; `help` where commander only showed its help. */
export function toUsageFailure(error: unknown, args: readonly string[]): ShownFailure | "help" {
  if (error instanceof CastError) return { failure: toFailure(error.reason), sources: error.sources };
  if (!(error instanceof CommanderError)) return { failure: toFailure(error), sources: new Map() };
  if (error.exitCode === 0 || error.code === "commander.help" || error.code === "commander.helpDisplayed")
    return "help";
  const text = error.message.replace(/^error: /, "").replace(/\n\(Did you mean (.*)\?\)$/, "; did you mean $1?");
  const command = args.find((part) => /^[a-z]/.test(part));
  const fix = command === undefined ? "See llmspell --help" : `See llmspell help ${command}`;
  return { failure: toFailure(new SpellError("usage", capital(text), { fix })), sources: new Map() };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
