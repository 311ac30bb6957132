import { Argument, Command as Commander, Option } from "commander";
import { EXIT } from "../contract/error-codes.ts";
import { SpellError } from "../contract/errors.ts";
import { flagOption, type Command, type CommandInput, type CommandOption } from "./command.ts";
import { printJsonFailure } from "./json-failure.ts";
import type { Terminal } from "./terminal.ts";
import { unknownName } from "./unknown-name.ts";

/** What the commands of one command line share. */
interface Shared {
  readonly terminal: Terminal;
  /** Gets the exit status of what ran. */
  readonly onExit: (status: number) => void;
  /** See {@link makeProgram}. */
  readonly words?: readonly string[];
}

/**
 * The command line as commander knows it, with these commands. `onExit` gets the exit status of what ran. Where it is
 * known which one is meant, that is enough: loading and making all of them takes longer than finding a spell. So does
 * making options that are not on the command line; `words` are what is.
 */
export function makeProgram(
  terminal: Terminal,
  onExit: (status: number) => void,
  commands: readonly Command[],
  words?: readonly string[],
): Commander {
  const shared = { terminal, onExit, ...(words === undefined ? {} : { words }) };
  const program = prepare(new Commander("llmspell"), shared);
  program
    .description("Run spells: sandboxed scripts in Lua, JavaScript or Tengo that drive language models")
    .option("-V, --version", "Print the version")
    .usage("COMMAND [options]")
    // An option belongs to the command that it stands behind, also where one above has the same.
    .enablePositionalOptions()
    .helpCommand(false)
    .addHelpText("after", "\nTry: llmspell run hello");
  chooseBelow(program, "command", commands, shared);
  for (const command of commands) program.addCommand(toCommander(command, shared), { hidden: command.hidden === true });
  if (commands.length > 1) program.addCommand(helpCommand(program, shared));
  return program;
}

/** Commander's own knows no commands below commands, and answers an unknown one with silence. */
function helpCommand(program: Commander, shared: Shared): Commander {
  return prepare(new Commander("help"), shared)
    .argument("[command...]")
    .description("Show help for a command")
    .helpGroup("Look things up:")
    .action((names: readonly string[]) => {
      let shown = program;
      for (const name of names) {
        const below = shown.commands.filter((each) => each.name() !== "complete");
        const found = below.find((each) => each.name() === name);
        if (found === undefined) {
          throw unknownName(
            "command",
            name,
            below.map((each) => each.name()),
          );
        }
        shown = found;
      }
      shown.outputHelp();
    });
}

/** Says which command was meant before anything else is looked at: `llmspell rn --help` is a mistake too. */
export function requireCommand(args: readonly string[], commands: readonly Command[]): void {
  const [name] = args;
  if (name === undefined || name.startsWith("-") || name === "help") return;
  if (!commands.some((command) => command.name === name)) throw unknownName("command", name, visibleNames(commands));
}

function visibleNames(commands: readonly Command[]): string[] {
  return commands.filter(({ hidden }) => !hidden).map(({ name }) => name);
}

/** What every command has in common. */
function prepare(made: Commander, { terminal }: Shared): Commander {
  return made
    .helpOption("-h, --help", "Show help")
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: () => {}, getOutHelpWidth: () => terminal.columns });
}

/** A command that only has others below it: shows its help, or says which of them was meant. */
function chooseBelow(made: Commander, kind: string, below: readonly Command[], { onExit }: Shared): void {
  made.allowExcessArguments().action((_options: unknown, command: Commander) => {
    const [unknown] = command.args;
    if (unknown !== undefined) throw unknownName(kind, unknown, visibleNames(below));
    made.outputHelp();
    onExit(EXIT.done);
  });
}

function toCommander(command: Command, shared: Shared): Commander {
  const made = prepare(new Commander(command.name), shared).description(command.summary);
  if (command.group !== undefined) made.helpGroup(command.group);
  if (command.ownHelp) made.helpOption(false);
  for (const { form, doc } of command.arguments ?? []) made.addArgument(new Argument(form, doc));
  const options = command.options ?? [];
  const named = namedOptions(options, shared.words) ?? options;
  for (const option of named) made.addOption(toOption(option));
  if (command.examples !== undefined)
    made.addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  ${line}`).join("\n")}`);
  const { commands, run } = command;
  if (commands !== undefined && run === undefined) chooseBelow(made, `${command.name} command`, commands, shared);
  if (commands !== undefined) made.enablePositionalOptions();
  for (const child of commands ?? []) made.addCommand(toCommander(child, shared));
  refuseBoth(made, options);
  if (run !== undefined) {
    made.action(async (...parts: unknown[]) => {
      const args = parts.slice(0, -2) as (string | readonly string[] | undefined)[];
      const showHelp = () => {
        for (const option of options) if (!named.includes(option)) made.addOption(toOption(option));
        made.outputHelp();
      };
      const input = { arguments: args, options: made.opts(), terminal: shared.terminal, showHelp };
      const wantsOutcome = OUTCOMES.has(command.name) && flagOption(input, "json");
      shared.onExit(await (wantsOutcome ? runToJson(run, input) : run(input)));
    });
  }
  return made;
}

/** Commands that print how a run ended, and look for that run first; those that begin one print their errors themselves. */
const OUTCOMES: ReadonlySet<string> = new Set(["resume", "replay", "fork"]);

/** What keeps the run from beginning is printed as its end is. */
async function runToJson(run: NonNullable<Command["run"]>, input: CommandInput): Promise<number> {
  try {
    return await run(input);
  } catch (error) {
    if (error instanceof SpellError) return printJsonFailure(input.terminal, error);
    throw error;
  }
}

/** An option and its opposite (`--journal FILE`, `--no-journal`): commander lets the last of them win, silently. */
function refuseBoth(made: Commander, options: readonly CommandOption[]): void {
  const names = options.flatMap(({ flags }) => /--([\w-]+)/.exec(flags)?.[1] ?? []);
  for (const name of names.filter((each) => names.includes(`no-${each}`))) {
    const seen = new Set<string>();
    for (const each of [name, `no-${name}`]) {
      made.on(`option:${each}`, () => {
        if (seen.add(each).size === 1) return;
        throw new SpellError("usage", `--${name} goes with no --no-${name}`, { fix: "Give one of them" });
      });
    }
  }
}

function toOption({ flags, doc, choices, repeat }: CommandOption): Option {
  const option = new Option(flags, doc);
  if (choices !== undefined) option.choices(choices);
  if (repeat) option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/**
 * The options that words name; undefined where all of them may be needed: for help, or to say which one a word that is
 * none of them was meant to be. What only looks like an option (a value with a dash) makes more of them, never fewer.
 */
function namedOptions(
  options: readonly CommandOption[],
  words: readonly string[] | undefined,
): readonly CommandOption[] | undefined {
  if (words === undefined) return undefined;
  const named = new Set<CommandOption>();
  for (const word of words) {
    if (!word.startsWith("-") || word === "-") continue;
    const [flag = ""] = word.split("=");
    const option = options.find(({ flags }) => flags.split(/[ ,]+/).includes(flag));
    if (option === undefined || flag === "--help" || flag === "-h") return undefined;
    named.add(option);
  }
  return options.filter((option) => named.has(option));
}
