import { isTerminal } from "../runtime/is-terminal.ts";
import { SpellError } from "../contract/errors.ts";
import type { CallMessage } from "../contract/message.ts";
import type { HeldRun } from "../runtime/runs-on-disk.ts";
import { castPlan } from "./cast.ts";
import { flagOption, textArgument, type Command, type CommandInput } from "./command.ts";
import { GOING_ON_OPTIONS } from "./going-on-options.ts";
import { journalOf } from "./journal-option.ts";
import { planResumed } from "./plan-resumed.ts";
import { printable } from "./printable.ts";
import { suggestRuns } from "./suggest-runs.ts";

/** `llmspell resume RUN` */
export const resume: Command = {
  name: "resume",
  summary: "Go on with a run that crashed or was interrupted, from its last answer",
  group: "Run spells:",
  arguments: [
    { form: "<run>", doc: "Its id, the beginning of it, or last", complete: (before) => suggestRuns(before) },
  ],
  options: [
    { flags: "--repeat-unsafe", doc: "Repeat calls that were under way even where they may have had their effect" },
    ...GOING_ON_OPTIONS,
  ],
  examples: ["llmspell resume last", "llmspell runs list --status crashed", "llmspell resume 01m7 --repeat-unsafe"],
  async run(input) {
    const file = await journalOf(input);
    const { holdRun, resumedTape, recordedSpell } = await import("../runtime/runs-on-disk.ts");
    const held = holdRun(file, textArgument(input, 0));
    try {
      const settled = await settleInFlight(input, held, file);
      const { start } = settled.record;
      const [spell, profile] = [recordedSpell(start), start.profile];
      const tape = resumedTape(settled);
      return await castPlan(input, () => planResumed(input, { start, spell, profile, tape, file }));
    } finally {
      held.release();
    }
  },
};

/** Calls that may have had their effect are repeated, or fail, as the person says; unasked the run does not go on. */
async function settleInFlight(input: CommandInput, held: HeldRun, file: string): Promise<HeldRun> {
  const { unsafeInFlight, unsafeBeneath, failCalls } = await import("../runtime/runs-on-disk.ts");
  if (flagOption(input, "repeatUnsafe")) return held;
  const calls = unsafeInFlight(held.record);
  const beneath = unsafeBeneath(file, held.row.id, held.record);
  if (beneath.length > 0) throw await inFlight(calls, beneath);
  if (calls.length === 0) return held;
  const isAsked = isTerminal(0) && input.terminal.isInteractive;
  if (!isAsked) throw await inFlight(calls);
  const failed = await askEach(input, calls);
  return failCalls(held, failed);
}

async function inFlight(
  calls: readonly CallMessage[],
  beneath: readonly (readonly [run: string, call: CallMessage])[] = [],
): Promise<SpellError> {
  const { describeCall } = await import("../runtime/runs-on-disk.ts");
  const shown = [
    ...calls.map((call) => `call ${call.id}, ${describeCall(call)}`),
    ...beneath.map(([run, call]) => `call ${call.id} of ${run}, ${describeCall(call)}`),
  ];
  const one = shown.length === 1;
  return new SpellError(
    "journal.in-flight",
    `Nobody knows whether ${shown.join("; ")} had ${one ? "its" : "their"} effect before the run crashed`,
    {
      fix: "Look whether it happened; then --repeat-unsafe, or llmspell fork before it",
      details: { calls: calls.map(({ id }) => id), beneath: beneath.map(([run, { id }]) => `${run} ${id}`) },
    },
  );
}

/** Answers the calls that are to fail instead of being repeated. */
async function askEach({ terminal }: CommandInput, calls: readonly CallMessage[]): Promise<readonly number[]> {
  const { describeCall, openLines } = await import("../runtime/runs-on-disk.ts");
  const lines = openLines((text) => terminal.spell("stderr", text));
  const failed: number[] = [];
  try {
    for (const call of calls) {
      terminal.note(
        `${terminal.style.yellow("repeat?")} call ${call.id}, ${printable(describeCall(call))}, was under way when the run crashed`,
      );
      terminal.note(terminal.style.dim("  [r]epeat it, have it [f]ail in the script, [q]uit"));
      const answer = await choose(lines.readLine);
      if (answer === "q") throw await inFlight(calls);
      if (answer === "f") failed.push(call.id);
    }
  } finally {
    lines.close();
  }
  return failed;
}

async function choose(readLine: (prompt: string) => Promise<string | null>): Promise<"r" | "f" | "q"> {
  for (;;) {
    const line = await readLine("> ");
    const letter = line?.trim().toLowerCase().charAt(0);
    if (line === null || letter === "q") return "q";
    if (letter === "r" || letter === "f") return letter;
  }
}
