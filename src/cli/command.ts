import type { Terminal } from "./terminal.ts";

/** One option of a command, in commander's notation. */
export interface CommandOption {
  /** `-p, --parameter <key=value>` */
  readonly flags: string;
  readonly doc: string;
  /** Values that completion offers and that are the only ones allowed. */
  readonly choices?: readonly string[];
  /** What completion offers where the values are not fixed; asked only while completing. */
  readonly complete?: Complete;
  /** May be given several times; the values become a list. */
  readonly repeat?: true;
}

/** One argument of a command, in commander's notation: `<spell>`, `[name]`, `[names...]`. */
export interface CommandArgument {
  readonly form: string;
  readonly doc: string;
  /** What completion offers; asked only while completing. */
  readonly complete?: Complete;
}

/** Gives what may stand in a place; it is told the command's arguments so far. */
export type Complete = (before: readonly string[]) => readonly Suggestion[] | Promise<readonly Suggestion[]>;

/** A value, alone or with one line about it. */
export type Suggestion = string | readonly [value: string, about: string];

/** The parsed command line of one command: arguments in order, options by their long name in camelCase. */
export interface CommandInput {
  readonly arguments: readonly (string | readonly string[] | undefined)[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly terminal: Terminal;
  /** Prints the command's own help. */
  readonly showHelp: () => void;
}

/** The headings of the help, in their order. */
export const GROUPS = ["Run spells:", "Write spells:", "Look things up:", "This machine:"] as const;

/**
 * One command of the command line. The file that defines it is loaded at every start: what is heavy is
 * imported inside of `run`.
 */
export interface Command {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** The heading that it stands under in the help; commands below another have none. */
  readonly group?: (typeof GROUPS)[number];
  /** It is for programs and not shown in the help. */
  readonly hidden?: true;
  readonly arguments?: readonly CommandArgument[];
  readonly options?: readonly CommandOption[];
  /** Lines shown at the end of its help. */
  readonly examples?: readonly string[];
  /** Commands below it: `profile list`. With `run` beside them it is what happens where none of them is named. */
  readonly commands?: readonly Command[];
  /** What to say where there are more arguments than it takes. */
  readonly excess?: string;
  /** The command answers `--help` itself, as it depends on its arguments. */
  readonly ownHelp?: true;
  /** Does it and answers the exit status. Throws a SpellError for all that the person can mend. */
  readonly run?: (input: CommandInput) => Promise<number>;
}

/** An option's text, or undefined where it was not given. */
export function textOption(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}

/** Whether an option without a value was given. */
export function flagOption(input: CommandInput, name: string): boolean {
  return input.options[name] === true;
}

/** The values of an option that may be repeated. */
export function listOption(input: CommandInput, name: string): readonly string[] {
  const value = input.options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** An argument's text; empty where it is optional and was left out. */
export function textArgument(input: CommandInput, index: number): string {
  const value = input.arguments[index];
  return typeof value === "string" ? value : "";
}
