import type { CallMessage } from "../../contract/message.ts";
import { ErrorValue } from "../../contract/value.ts";
import { findPart, type HeldRun } from "./held-run.ts";
import { callsInFlight, type Delivery, type RecordedRun } from "./recorded-run.ts";

/** The calls that had begun an effect which may not simply be repeated, and whose answer was lost. */
export function unsafeInFlight(record: RecordedRun): readonly CallMessage[] {
  return callsInFlight(record).filter(({ id }) => record.begun.has(id));
}

/** The run with these calls answered by an error, which the script can catch; that is written down. */
export function failCalls(held: HeldRun, ids: readonly number[]): HeldRun {
  if (ids.length === 0) return held;
  const message = "The run crashed during the call, and nobody knows whether it had its effect";
  const failed = ids.map((id): Delivery => {
    return { type: "return", id, error: new ErrorValue("journal.in-flight", message), time: Date.now() };
  });
  for (const entry of failed) held.writer.append(entry);
  held.writer.flush();
  return { ...held, record: { ...held.record, deliveries: [...held.record.deliveries, ...failed] } };
}

/** The same of spells that the run was running when it crashed, and of theirs, named `RUN, call N`. */
export function unsafeBeneath(
  file: string,
  id: string,
  record: RecordedRun,
): readonly (readonly [string, CallMessage])[] {
  return callsInFlight(record).flatMap((call) => {
    const part = call.module === "spell" && call.function === "run" ? findPart(file, `${id}.${call.id}`) : undefined;
    if (part === undefined || part.record.end !== undefined) return [];
    const own = unsafeInFlight(part.record).map((each) => [part.row.id, each] as const);
    return [...own, ...unsafeBeneath(file, part.row.id, part.record)];
  });
}
