import { basename, dirname, resolve } from "node:path";
import { exitStatus } from "../../contract/error-codes.ts";
import { SpellError } from "../../contract/errors.ts";
import type { JournalEntry } from "../../contract/journal.ts";
import type { CallMessage } from "../../contract/message.ts";
import { toJson } from "../../contract/plain-json.ts";
import type { ValueMap } from "../../contract/value.ts";
import { ProcessPool } from "../../isolation/index.ts";
import { checkParameters } from "../../profile/index.ts";
import { withBareEffects } from "../bare-effects.ts";
import { castSpell, type Outcome } from "../cast-spell.ts";
import { loadSpell, type FoundSpell } from "../find-spell.ts";
import { nameOfFile } from "../spell-source.ts";
import { selfCommand } from "../self-command.ts";
import { divergence } from "../tape/divergence.ts";
import { explainDivergence } from "../tape/explain-divergence.ts";
import { callsInFlight, type RecordedRun } from "../tape/recorded-run.ts";
import { recordedSpell, withSpell } from "../tape/recorded-spell.ts";
import { replayRun } from "../tape/replay-run.ts";
import { toCaseCalls } from "./case-calls.ts";
import { givenParameters, Printed, toCaseRun } from "./case-run.ts";
import type { CaseRun, CaseTask, RecordedEnd, TaskContext } from "./case-task.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { readRecording } from "./recording.ts";

/** Replays a recording with the spell's source as it is now: every call must be the recorded one. */
export async function replayTask(
  task: CaseTask,
  file: string,
  found: FoundSpell,
  { signal, version }: TaskContext,
): Promise<CaseRun> {
  const { id, record } = await readRecording(file, task.scratch);
  const { start, end } = record;
  if (!namesOf(found).includes(start.spell.name)) {
    throw new SpellError(
      "case.recording",
      `The recording "${file}" is that of the spell "${start.spell.name}", not of "${found.name}"`,
    );
  }
  const spell = await loadSpell(found, start.profile.limits.source);
  const parameters =
    task.parameters === undefined ? start.message.parameters : checkParameters(found.manifest, givenParameters(task));
  // What it prints is looked at when it is over, as a whole.
  const replayed = { ...withSpell(record, spell, parameters), output: [] };
  const printed = new Printed();
  const calls: CallMessage[] = [];
  const outcome = await replay(id, replayed, {
    signal,
    onOutput: (stream, text) => printed.add(stream, text),
    onCall: (call) => void calls.push(call),
  });
  const places = { id, recorded: record, replayed, signal, version };
  const failure = outcome.failure && (await explainDivergence(outcome.failure, places));
  const usage = end === undefined ? outcome.usage : end.usage;
  return {
    ...toCaseRun({ ...outcome, failure, usage }, printed, toCaseCalls(calls, spell.shown)),
    recorded: recordedEnd(record),
  };
}

/** Without a name in spell.yaml a spell is called after its folder, as far as the path that it was found by says it. */
function namesOf({ name, manifest, main, path }: FoundSpell): readonly string[] {
  if (manifest.name !== undefined || !(main.startsWith("main.") || manifest.main === main)) return [name];
  return [name, basename(dirname(resolve(path))), nameOfFile(main), "."];
}

type Listening = Pick<Parameters<typeof replayRun>[0], "signal"> & {
  readonly onOutput: NonNullable<Parameters<typeof replayRun>[0]["onOutput"]>;
  readonly onCall: NonNullable<Parameters<typeof replayRun>[0]["onCall"]>;
};

/**
 * Where the script came to its end by itself, that end may be another one: the result is compared with what the case
 * expects. It is run as if it went on from the record's last answer, and the first call beyond that ends it.
 */
async function replay(id: string, record: RecordedRun, { signal, onOutput, onCall }: Listening): Promise<Outcome> {
  const sent = record.sent.filter(({ type }) => type !== "result" && type !== "failure");
  if (sent.length === record.sent.length || callsInFlight(record).length > 0) {
    return replayRun({ id, record, signal, onOutput, onCall });
  }
  const journal = new MemoryJournal(id, (entry: JournalEntry) => {
    if (entry.type === "call") throw divergence(undefined, entry);
  });
  const pool = new ProcessPool(selfCommand(), 0);
  const { profile, message } = record.start;
  return withBareEffects(async (effects) => {
    try {
      return await castSpell({
        ...{ profile, effects, pool, signal, onOutput },
        spell: recordedSpell(record.start),
        parameters: message.parameters as ValueMap,
        tape: {
          id,
          record: { ...record, sent, elapsed: 0 },
          loadJournal: () => Promise.resolve(() => journal),
          onReplayed: onCall,
        },
      });
    } finally {
      pool.close();
    }
  });
}

/** How the recorded run ended, as a case sees it. */
export function recordedEnd({ end, output }: RecordedRun): RecordedEnd {
  const printed = new Printed();
  for (const { stream, text } of output) printed.add(stream, text);
  return {
    status: end?.failure === undefined ? 0 : exitStatus(end.failure.code),
    result: toJson(end?.result ?? null),
    output: printed.text("stdout"),
    stderr: printed.text("stderr"),
  };
}
