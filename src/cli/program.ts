import { Argument, Command as Commander, Option } from "commander";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import type { Command } from "./command.ts";
import * as list from "./index.ts";
import type { Terminal } from "./terminal.ts";

/** Every command. */
export const COMMANDS: readonly Command[] = Object.values(list);

/** The command line as commander knows it. `onExit` gets the exit status of what ran. */
export function makeProgram(terminal: Terminal, onExit: (status: number) => void): Commander {
  const program = new Commander("llmspell");
  program
    .description("Run spells: sandboxed scripts in Lua, JavaScript or Tengo that drive language models")
    .option("-V, --version", "print the version")
    .usage("COMMAND [options]")
    .helpCommand("help [command]", "Show help for a command")
    .addHelpText("after", "\nTry: llmspell run hello")
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: () => {} })
    .action((_options: unknown, command: Commander) => {
      const [unknown] = command.args;
      if (unknown !== undefined) throw unknownCommand(unknown);
      program.outputHelp();
      onExit(command.opts()["version"] === true ? 0 : 2);
    });
  for (const command of COMMANDS) program.addCommand(toCommander(command, terminal, onExit));
  return program;
}

function unknownCommand(name: string): SpellError {
  const hint = nearest(
    name,
    COMMANDS.map((command) => command.name),
  );
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  return new SpellError("usage", `There is no command "${name}"${advice}`, { fix: "See llmspell --help" });
}

function toCommander(command: Command, terminal: Terminal, onExit: (status: number) => void): Commander {
  const made = new Commander(command.name);
  made
    .description(command.summary)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: () => {} });
  if (command.ownHelp) made.helpOption(false);
  for (const { form, doc } of command.arguments ?? []) made.addArgument(new Argument(form, doc));
  for (const { flags, doc, choices, repeat } of command.options ?? []) {
    const option = new Option(flags, doc);
    if (choices !== undefined) option.choices(choices);
    if (repeat) option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
    made.addOption(option);
  }
  if (command.examples !== undefined)
    made.addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  ${line}`).join("\n")}`);
  for (const child of command.commands ?? []) made.addCommand(toCommander(child, terminal, onExit));
  if (command.run !== undefined) {
    const { run } = command;
    made.action(async (...parts: unknown[]) => {
      const args = parts.slice(0, -2) as (string | readonly string[] | undefined)[];
      onExit(await run({ arguments: args, options: made.opts(), terminal }));
    });
  }
  return made;
}
