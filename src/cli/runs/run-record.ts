import type { SourcePosition } from "../../contract/errors.ts";
import type { EndEntry, JournalEntry, StartEntry } from "../../contract/journal.ts";
import type { OutputMessage } from "../../contract/message.ts";
import type { Spending } from "../../contract/spending.ts";
import type { ErrorValue, Value } from "../../contract/value.ts";

/** One call as it is shown. Times are ms since the run's start, pauses between its processes left out. */
export interface ShownCall {
  readonly id: number;
  readonly fiber: number;
  /** `llm.complete` */
  readonly function: string;
  readonly args: readonly Value[];
  readonly position?: SourcePosition | undefined;
  /** When the broker heard of it; in older records when the message before it came. */
  readonly began: number;
  /** Absent where it was never answered. */
  readonly ended?: number;
  readonly value?: Value | undefined;
  readonly error?: ErrorValue | undefined;
  readonly cancelled?: true;
  readonly spent?: Spending | undefined;
  /** How often it called functions of the script. */
  readonly callbacks: number;
}

/** When a process took the run up again: where it stands among the run's times, and how long the pause was, in ms. */
export interface Pause {
  readonly at: number;
  readonly pause: number;
}

/** A run's entries, sorted into what is shown. */
export interface RunRecord {
  /** Absent where even the first entry is missing. */
  readonly start: StartEntry | undefined;
  readonly calls: readonly ShownCall[];
  readonly output: readonly OutputMessage[];
  readonly pauses: readonly Pause[];
  /** Ms from the start to the last that is known, without pauses. */
  readonly elapsed: number;
  readonly end: EndEntry | undefined;
  readonly entries: number;
}

type OpenCall = { -readonly [Key in keyof ShownCall]: ShownCall[Key] };

/** Sorts a run's entries. */
export function readRunRecord(entries: Iterable<JournalEntry>): RunRecord {
  const reader = new RecordReader();
  for (const entry of entries) reader.add(entry);
  return reader.record();
}

/** The same, entry by entry. */
export class RecordReader {
  #start: StartEntry | undefined;
  #end: EndEntry | undefined;
  #entries = 0;
  readonly #calls = new Map<number, OpenCall>();
  readonly #output: OutputMessage[] = [];
  readonly #pauses: Pause[] = [];
  /** The time of the last entry that has one, and what is taken from times: the start and the pauses. */
  #last = 0;
  #zero = 0;
  #sessions = 0;

  add(entry: JournalEntry): void {
    this.#entries++;
    switch (entry.type) {
      case "start":
        this.#start = entry;
        this.#zero = this.#last = entry.message.time;
        break;
      case "session":
        this.#takeUp(entry.time);
        break;
      case "call":
        if (entry.time !== undefined) this.#see(entry.time);
        this.#calls.set(entry.id, this.#opened(entry));
        break;
      case "return":
        this.#see(entry.time);
        this.#answer(entry.id, { ended: this.#now, value: entry.value, error: entry.error, spent: entry.spent });
        break;
      case "cancel":
        this.#answer(entry.id, { ended: this.#now, cancelled: true });
        break;
      case "callback":
        this.#see(entry.time);
        this.#answer(entry.call, { callbacks: (this.#calls.get(entry.call)?.callbacks ?? 0) + 1 });
        break;
      case "release":
        this.#see(entry.time);
        break;
      case "output":
        this.#output.push(entry);
        break;
      case "end":
        this.#see(entry.time);
        this.#end = entry;
        break;
      default:
    }
  }

  record(): RunRecord {
    return {
      start: this.#start,
      calls: [...this.#calls.values()],
      output: this.#output,
      pauses: this.#pauses,
      elapsed: this.#now,
      end: this.#end,
      entries: this.#entries,
    };
  }

  get #now(): number {
    return this.#last - this.#zero;
  }

  #see(time: number): void {
    this.#last = Math.max(this.#last, time);
  }

  #takeUp(time: number): void {
    // Whatever ended it before, somebody went on.
    this.#end = undefined;
    if (this.#sessions++ === 0 || time <= this.#last) return this.#see(time);
    this.#pauses.push({ at: this.#now, pause: time - this.#last });
    this.#zero += time - this.#last;
    this.#last = time;
  }

  #opened(entry: JournalEntry & { readonly type: "call" }): OpenCall {
    const { id, fiber, module, function: name, args, position } = entry;
    return { id, fiber, function: `${module}.${name}`, args, position, began: this.#now, callbacks: 0 };
  }

  #answer(id: number, more: Partial<OpenCall>): void {
    const call = this.#calls.get(id);
    if (call !== undefined) Object.assign(call, more);
  }
}

/** How long a call took; undefined where it has no end. */
export function tookOf({ began, ended }: ShownCall): number | undefined {
  return ended === undefined ? undefined : Math.max(0, ended - began);
}
