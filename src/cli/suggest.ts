import type { Command, CommandOption, Complete, Suggestion } from "./command.ts";
import { COMMANDS } from "./index.ts";

/** What may stand at the end of a command line. */
export interface Suggestions {
  readonly values: readonly (readonly [value: string, about: string])[];
  /** Whether a file's path may stand there as well. */
  readonly files: boolean;
  /** Whether the value goes on: no space after it. */
  readonly open: boolean;
}

/** Suggests the last of the words, which is being typed and may be empty. */
export async function suggest(typed: readonly string[]): Promise<Suggestions> {
  const words = joinEquals(typed);
  const last = words.at(-1) ?? "";
  const state = read(words.slice(0, -1));
  const { command, args, waiting } = state;
  if (waiting !== undefined) return pick(await offer(waiting, args), last, takesFile(waiting));
  const [flag, value] = split(last);
  if (value !== undefined) {
    const option = optionOf(command, flag);
    return option === undefined ? NOTHING : pick(await offer(option, args), value, takesFile(option));
  }
  if (last.startsWith("-") && !state.onlyArguments) return pick(flagsOf(command), last, false);
  const below = command === undefined ? COMMANDS : command.commands;
  const names = below === undefined ? [] : await commandsOf(command, below, args);
  if (below !== undefined && command?.run === undefined) return pick(names, last, false);
  const argument =
    command?.arguments?.[args.length] ?? command?.arguments?.findLast(({ form }) => form.includes("..."));
  if (argument === undefined) return NOTHING;
  const offered = argument.complete === undefined ? [] : await ask(argument.complete, args);
  return pick([...names, ...offered], last, /file|path|folder/i.test(argument.doc));
}

const NOTHING: Suggestions = { values: [], files: false, open: false };

interface State {
  readonly command: Command | undefined;
  readonly args: readonly string[];
  /** The option whose value is typed next. */
  readonly waiting: CommandOption | undefined;
  /** After `--`. */
  readonly onlyArguments: boolean;
}

function read(words: readonly string[]): State {
  let command: Command | undefined;
  let below: readonly Command[] | undefined = COMMANDS;
  let waiting: CommandOption | undefined;
  let onlyArguments = false;
  const args: string[] = [];
  for (const word of words) {
    if (waiting !== undefined) waiting = undefined;
    else if (word === "--") onlyArguments = true;
    else if (word.startsWith("-") && word !== "-" && !onlyArguments) {
      const [flag, value] = split(word);
      const option = optionOf(command, flag);
      if (value === undefined && option !== undefined && takesValue(option)) waiting = option;
    } else {
      const next: Command | undefined = below?.find(({ name }) => name === word);
      if (next === undefined) args.push(word);
      else [command, below] = [next, next.commands];
    }
  }
  return { command, args, waiting, onlyArguments };
}

/** bash makes `=` a word of its own: `--engine`, `=`, `lu` are one. */
function joinEquals(words: readonly string[]): string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const word of words) {
    const before = joined.at(-1);
    if (before !== undefined && (word === "=" || isOpen)) joined[joined.length - 1] = before + word;
    else joined.push(word);
    isOpen = word === "=" && before !== undefined;
  }
  return joined;
}

function split(word: string): [flag: string, value: string | undefined] {
  const equals = word.startsWith("--") ? word.indexOf("=") : -1;
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function namesOf({ flags }: CommandOption): string[] {
  return flags.split(/[ ,]+/).filter((part) => part.startsWith("-"));
}

function takesValue({ flags }: CommandOption): boolean {
  return flags.includes("<");
}

function takesFile(option: CommandOption): boolean {
  return /file/.test(option.flags) || /\bfile\b/i.test(option.doc.replace("the file's ending", ""));
}

function optionOf(command: Command | undefined, flag: string): CommandOption | undefined {
  return command?.options?.find((option) => namesOf(option).includes(flag));
}

function flagsOf(command: Command | undefined): Suggestion[] {
  const own = (command?.options ?? []).flatMap((option) => namesOf(option).map((name) => [name, option.doc] as const));
  const help: Suggestion[] = own.some(([name]) => name === "--help") ? [] : [["--help", "Show help"]];
  return [...own, ...help, ...(command === undefined ? [["--version", "Print the version"] as const] : [])];
}

async function commandsOf(
  parent: Command | undefined,
  below: readonly Command[],
  args: readonly string[],
): Promise<Suggestion[]> {
  const names = below.filter(({ hidden }) => !hidden).map(({ name, summary }) => [name, summary] as const);
  if (parent !== undefined) return args.length === 0 ? names : [];
  if (args.length === 0) return [...names, ["help", "Show help for a command"]];
  return args.length === 1 && args[0] === "help" ? names : [];
}

function offer(option: CommandOption, args: readonly string[]): Promise<readonly Suggestion[]> {
  return option.complete === undefined ? Promise.resolve(option.choices ?? []) : ask(option.complete, args);
}

/** A fault in a person's files is no reason to disturb their typing. */
async function ask(complete: Complete, args: readonly string[]): Promise<readonly Suggestion[]> {
  try {
    return await complete(args);
  } catch {
    return [];
  }
}

function pick(offered: readonly Suggestion[], begin: string, files: boolean): Suggestions {
  const values = offered
    .map((each): readonly [string, string] => (typeof each === "string" ? [each, ""] : each))
    .filter(([value]) => value.startsWith(begin));
  return { values, files, open: values.length > 0 && values.every(([value]) => value.endsWith("=")) };
}
