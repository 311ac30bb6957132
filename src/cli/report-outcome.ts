import { EXIT, exitStatus } from "../contract/error-codes.ts";
import type { Value } from "../contract/value.ts";
import type { LoadedSpell, Outcome } from "../runtime/index.ts";
import { flagOption, type CommandInput } from "./command.ts";
import { formatResult, toJson } from "./format-value.ts";
import { withFix } from "./json-failure.ts";
import { showFailure } from "./show-failure.ts";
import type { Terminal } from "./terminal.ts";

/** Shows the end of a run and answers its exit status. */
export function reportOutcome(
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
      failure === undefined
        ? { result: toJson(result) }
        : { error: { ...withFix(failure), details: toJson(failure.details) } };
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
