import type { FlowRead } from "../../contract/bridge.ts";
import { SpellError } from "../../contract/errors.ts";
import type { CallbackEntry, EndEntry, JournalEntry, ReturnEntry, StartEntry } from "../../contract/journal.ts";
import type {
  CallMessage,
  CancelMessage,
  FailureMessage,
  OutputMessage,
  ReleaseMessage,
  ResultMessage,
  ReturnedMessage,
} from "../../contract/message.ts";

/** What the script was told after its start. */
export type Delivery = ReturnEntry | CallbackEntry | ReleaseMessage;

/** What the script said, but for its output. */
export type Sent = CallMessage | CancelMessage | ReturnedMessage | ResultMessage | FailureMessage;

/** A run as a journal has it, sorted: what the script said and what it was told each stand in their own order. */
export interface RecordedRun {
  readonly start: StartEntry;
  readonly deliveries: readonly Delivery[];
  readonly sent: readonly Sent[];
  readonly output: readonly OutputMessage[];
  /** Ids of calls that had begun something which may not simply be repeated. */
  readonly begun: ReadonlySet<number>;
  /** The script's calls and all that it was told, in the order in which they were written down. */
  readonly order: readonly JournalEntry[];
  /** How long the run was worked on, in ms, pauses between its processes left out. */
  readonly elapsed: number;
  /** Absent where it crashed or is still running. */
  readonly end: EndEntry | undefined;
}

/** What is no part of what the script said and was told. */
const UNORDERED: ReadonlySet<JournalEntry["type"]> = new Set(["start", "session", "output", "begun", "end"]);

/** Sorts the entries of one run. Throws `journal.damaged` where they do not begin with a start. */
export function readRecordedRun(entries: Iterable<JournalEntry>): RecordedRun {
  let start: StartEntry | undefined;
  let end: EndEntry | undefined;
  const deliveries: Delivery[] = [];
  const sent: Sent[] = [];
  const output: OutputMessage[] = [];
  const begun = new Set<number>();
  const order: JournalEntry[] = [];
  const clock = new SessionClock();
  for (const entry of entries) {
    if (start === undefined && entry.type !== "start") break;
    clock.see(entry);
    if (!UNORDERED.has(entry.type)) order.push(entry);
    switch (entry.type) {
      case "start":
        start = entry;
        break;
      case "session":
        // Whatever ended it before, somebody went on.
        end = undefined;
        break;
      case "return":
      case "callback":
      case "release":
        deliveries.push(entry);
        break;
      case "output":
        output.push(entry);
        break;
      case "begun":
        begun.add(entry.id);
        break;
      case "end":
        end = entry;
        break;
      default:
        sent.push(entry);
    }
  }
  if (start === undefined) throw new SpellError("journal.damaged", "The run's first entry is not its start");
  return { start, deliveries, sent, output, begun, order, elapsed: clock.elapsed, end };
}

/** Sums up the times from the beginning of each session to its last entry that has a time. */
class SessionClock {
  #began = 0;
  #last = 0;
  #before = 0;

  get elapsed(): number {
    return this.#before + Math.max(0, this.#last - this.#began);
  }

  see(entry: JournalEntry): void {
    const time = entry.type === "start" ? entry.message.time : "time" in entry ? entry.time : undefined;
    if (time === undefined) return;
    if (entry.type === "start" || entry.type === "session") {
      this.#before = this.elapsed;
      this.#began = time;
    }
    this.#last = time;
  }
}

/** What a run had read, its parts included. */
export function readBy({ deliveries }: RecordedRun): readonly FlowRead[] {
  return deliveries.flatMap((entry) => (entry.type === "return" ? (entry.read ?? []) : []));
}

/** The calls that were made and not answered, in order; those that the script gave up are left out. */
export function callsInFlight({ sent, deliveries }: RecordedRun): readonly CallMessage[] {
  const over = new Set<number>();
  for (const entry of deliveries) if (entry.type === "return") over.add(entry.id);
  for (const entry of sent) if (entry.type === "cancel") over.add(entry.id);
  return sent.filter((entry): entry is CallMessage => entry.type === "call" && !over.has(entry.id));
}

/**
 * The run up to the answer of call `id`, which is left out with everything that came after it. Throws `usage` where
 * the run has no such call, or never got its answer.
 */
export function cutBefore(record: RecordedRun, id: number): RecordedRun {
  const calls = record.sent.filter((entry) => entry.type === "call");
  const index = record.deliveries.findIndex((entry) => entry.type === "return" && entry.id === id);
  if (!calls.some((entry) => entry.id === id) || index < 0) {
    const last = record.deliveries.findLast((entry) => entry.type === "return")?.id;
    const fix = last === undefined ? "Run it anew" : `Its last answered call is ${last}`;
    throw new SpellError("usage", `The run has no answered call ${id}; it made ${calls.length}`, { fix });
  }
  const deliveries = record.deliveries.slice(0, index);
  const answered = new Set([id, ...deliveries.flatMap((entry) => (entry.type === "return" ? [entry.id] : []))]);
  // Also what the script said while it waited, as far as what it said was answered.
  const last = record.sent.findLastIndex((entry) => entry.type === "call" && answered.has(entry.id));
  const elapsed = Math.min(record.elapsed, Math.max(0, (deliveries.at(-1)?.time ?? 0) - record.start.message.time));
  const sent = record.sent.slice(0, last + 1);
  const kept = new Set<JournalEntry>([...sent, ...deliveries]);
  return {
    ...record,
    elapsed,
    deliveries,
    sent,
    order: record.order.filter((entry) => kept.has(entry)),
    output: [],
    begun: new Set(),
    end: undefined,
  };
}
