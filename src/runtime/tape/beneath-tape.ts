import type { Invocation } from "../../contract/journal.ts";
import type { Profile } from "../../contract/profile.ts";
import type { ValueMap } from "../../contract/value.ts";
import type { NestedOutcome } from "../outcome.ts";
import type { LoadedSpell } from "../spell-source.ts";
import { newTape } from "./new-tape.ts";
import { readBy } from "./recorded-run.ts";
import type { Beneath, Tape } from "./tape.ts";

/** What the records of a run's parts are made from. */
export interface BeneathOptions {
  readonly file: string;
  readonly profile: Profile;
  readonly invocation: Invocation;
  readonly version: string;
  /** The run that they are parts of. */
  readonly parent: string;
}

/** A run that is a part of another one. */
interface Part {
  readonly call: number;
  readonly spell: LoadedSpell;
  readonly parameters: ValueMap;
}

/**
 * The records of spells that a run runs: `PARENT.CALL`, so that a call which is repeated after a crash finds what its
 * spell had done, and goes on with it or takes its end.
 */
export function beneathTape(options: BeneathOptions): NonNullable<Tape["beneath"]> {
  const { file, parent, profile, invocation, version } = options;
  return async ({ call, spell }: Part): Promise<Beneath> => {
    const id = `${parent}.${call}`;
    const below = { beneath: beneathTape({ ...options, parent: id }) };
    const { findPart, holdRun, resumedTape } = await import("./held-run.ts");
    const known = findPart(file, id);
    if (known === undefined) {
      const tape = newTape({ file, spell, profile, invocation, version, id, parent: { id: parent, at: call } });
      return { tape: { ...tape, ...below } };
    }
    const { end, output } = known.record;
    if (end !== undefined && end.failure?.code !== "interrupted") {
      const outcome = { id, failure: end.failure, result: end.result, usage: end.usage, output: textOf(output) };
      return { outcome, read: readBy(known.record) };
    }
    return { tape: { ...resumedTape(holdRun(file, id)), ...below } };
  };
}

function textOf(
  output: readonly { readonly stream: string; readonly text: string | Uint8Array }[],
): NestedOutcome["output"] {
  const pieces = output.filter(({ stream }) => stream === "stdout").map(({ text }) => Buffer.from(text));
  return new TextDecoder().decode(Buffer.concat(pieces));
}
