import { SpellError } from "../contract/errors.ts";
import { castPlan } from "./cast.ts";
import { listOption, textArgument, textOption, type Command } from "./command.ts";
import { GOING_ON_OPTIONS } from "./going-on-options.ts";
import { journalOf } from "./journal-option.ts";
import { planResumed } from "./plan-resumed.ts";
import { suggestProviders } from "./suggestions.ts";
import { suggestRuns } from "./suggest-runs.ts";

/** Enough for any source that a profile allows. */
const MAX_SOURCE = 64 * 1024 * 1024;

/** `llmspell fork RUN --at N` */
export const fork: Command = {
  name: "fork",
  summary: "Begin a new run as a recorded one began, and go on live from one of its calls",
  group: "Run spells:",
  arguments: [
    { form: "<run>", doc: "Its id, the beginning of it, or last", complete: (before) => suggestRuns(before) },
  ],
  options: [
    { flags: "--at <call>", doc: "The call from which on everything is done anew; llmspell runs show numbers them" },
    { flags: "-m, --model <model>", doc: "Default model from there on", complete: suggestProviders },
    {
      flags: "--set <path=value>",
      doc: "Change parameters.NAME, answer (of that call) or a part of it, limits.NAME or budget.NAME; may be repeated",
      repeat: true,
    },
    { flags: "--source <file>", doc: "Another source; up to the call it must do what was recorded" },
    ...GOING_ON_OPTIONS,
  ],
  examples: [
    "llmspell fork last --at 3 --model anthropic/claude-sonnet-4-5",
    "llmspell fork 01m7 --at 2 --set answer.text=No --set parameters.city=Rome",
  ],
  async run(input) {
    const at = callNumber(textOption(input, "at"));
    const file = await journalOf(input);
    const runs = await import("../runtime/runs-on-disk.ts");
    const { row, record } = runs.readRun(file, textArgument(input, 0));
    const model = textOption(input, "model");
    const changed = runs.changeRecord(record, { at, set: listOption(input, "set"), model });
    const source = textOption(input, "source");
    const forked = source === undefined ? changed : runs.withSpell(changed, await runs.loadFile(source, MAX_SOURCE));
    const { start } = forked;
    const [spell, profile] = [runs.recordedSpell(start), start.profile];
    const tape = runs.forkedTape(file, forked, { id: row.id, at });
    return castPlan(input, () => planResumed(input, { start, spell, profile, tape, file, model }));
  },
};

function callNumber(text: string | undefined): number {
  const number = Number(text);
  if (text !== undefined && Number.isSafeInteger(number) && number > 0) return number;
  const given = text === undefined ? "fork needs --at CALL" : `--at takes the number of a call, not "${text}"`;
  throw new SpellError("usage", given, { fix: "llmspell runs show RUN numbers them" });
}
