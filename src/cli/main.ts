import { EXIT, exitStatus } from "../contract/error-codes.ts";
import type { Command } from "./command.ts";
import type { ProcessTerminal, Terminal } from "./terminal.ts";

/** See isolation/spell-process.ts; written again here because nothing may be loaded before it is known. */
const SPELL_PROCESS_FLAG = "--spell-process";
/** See host/program-watch.ts. */
const PROGRAM_WATCH_FLAG = "--program-watch";

/**
 * The commands that run a spell at once, for which a process is started before anything else, and nothing is loaded of
 * the other commands.
 */
const CASTING: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["run", async () => (await import("./run.ts")).run],
  ["exec", async () => (await import("./exec.ts")).exec],
]);

/** One command line, from arguments to exit status. Nothing that a person typed ends in a stack trace of ours. */
async function main(args: readonly string[]): Promise<number> {
  const { openTerminal } = await import("./terminal.ts");
  const terminal = openTerminal();
  try {
    const status = await perform(args, terminal);
    const fault = terminal.fault();
    if (fault === undefined) return status;
    const shown = await showError(fault, args, terminal);
    return status === EXIT.done ? shown : status;
  } catch (error) {
    return showError(error, args, terminal);
  }
}

/** Finds the command that is meant, and runs it. */
async function perform(args: readonly string[], terminal: Terminal): Promise<number> {
  let status: number = EXIT.done;
  const casting = CASTING.get(args[0] ?? "");
  const [{ makeProgram, requireCommand }, commands] = await Promise.all([
    import("./program.ts"),
    casting === undefined ? import("./index.ts").then(({ COMMANDS }) => COMMANDS) : casting().then((only) => [only]),
  ]);
  requireCommand(args, commands);
  const wantsVersion = args[0] === "--version" || args[0] === "-V";
  const program = makeProgram(terminal, (exit) => (status = exit), commands, casting === undefined ? undefined : args);
  await program.parseAsync(wantsVersion ? ["version"] : [...args], { from: "user" });
  return status;
}

/** Shows what went wrong and answers the exit status. */
async function showError(thrown: unknown, args: readonly string[], terminal: ProcessTerminal): Promise<number> {
  const { toUsageFailure } = await import("./usage-failure.ts");
  const usage = toUsageFailure(thrown, args);
  if (usage === "help") {
    const fault = terminal.fault();
    return fault === undefined ? EXIT.done : showError(fault, args, terminal);
  }
  const [{ showFailure }, { withSourceOf }] = await Promise.all([
    import("./show-failure.ts"),
    import("./read-source.ts"),
  ]);
  const { failure, sources } = usage;
  showFailure(terminal, failure, withSourceOf(failure, sources));
  if (failure.code === "internal" && process.env["LLMSPELL_DEBUG"] && thrown instanceof Error)
    terminal.note((thrown.cause instanceof Error ? thrown.cause : thrown).stack ?? "");
  return exitStatus(failure.code);
}

if (process.argv[2] === SPELL_PROCESS_FLAG) {
  const { runSpellProcess } = await import("../runtime/spell-process.ts");
  await runSpellProcess(process.argv[3] ?? "");
} else if (process.argv[2] === PROGRAM_WATCH_FLAG) {
  const { runProgramWatch } = await import("../runtime/program-watch.ts");
  await runProgramWatch(process.argv[3] ?? "");
} else {
  const args = process.argv.slice(2);
  const early = CASTING.has(args[0] ?? "") ? await import("../runtime/early-process.ts") : undefined;
  early?.startEarly(args);
  const status = await main(args);
  early?.closeEarly();
  process.exit(status);
}
