import { SpellError, toFailure, type Failure } from "../../contract/errors.ts";
import type { CallbackEntry, ReturnEntry, RunJournal } from "../../contract/journal.ts";
import type {
  CallMessage,
  EngineMessage,
  HostMessage,
  ReleaseMessage,
  ReturnedMessage,
  StartMessage,
} from "../../contract/message.ts";
import type { Channel, ChannelEvents } from "../../isolation/index.ts";
import { divergence, isSameMessage } from "./divergence.ts";
import type { Delivery, RecordedRun, Sent } from "./recorded-run.ts";

/** What is told to whoever casts the run, besides what a channel tells. */
export interface TapedEvents extends ChannelEvents {
  /** The record cannot be written, or the script does not keep to it: the run must end. */
  onFault(failure: Failure): void;
}

/** What a tape is made from. */
export interface TapedOptions {
  readonly open: (events: ChannelEvents) => Channel;
  readonly events: TapedEvents;
  /** Where everything new is written before it has consequences. Absent in a replay. */
  readonly journal: () => RunJournal | undefined;
  /** What was recorded, delivered again before anything new happens. */
  readonly record: RecordedRun | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Takes secrets out of what is written. */
  readonly clean: <T extends Sent | ReturnEntry | CallbackEntry>(entry: T) => T;
  /** Called when all that was recorded has been delivered: from now on calls have effects. Absent in a replay. */
  readonly onLive?: (() => Promise<void>) | undefined;
  /**
   * How many recorded answers may be sent before the script is heard to ask for them. In its process they are read one
   * after another, and what made it ask stands before each; in this one it would not have asked yet.
   */
  readonly ahead?: number | undefined;
  /** Waited for before each recorded delivery, in a replay that somebody watches. */
  readonly pace?: ((delivery: Delivery) => Promise<void> | undefined) | undefined;
  /** Told of each call that the script makes again, before it is compared; true ends the replay there. */
  readonly onReplayed?: ((call: CallMessage) => boolean | undefined) | undefined;
}

/** What the cast sends. */
export type Outgoing = StartMessage | ReturnEntry | CallbackEntry | ReleaseMessage;

/** What was printed or asked for is on disk after this long, in ms; answers before the script sees them. */
const LAZY_FLUSH = 50;

/**
 * Stands between a cast and its engine. While there is a record it plays the broker: what was recorded is delivered
 * in its order, and what the script says must be what it said. After that, and from the beginning of a new run, it
 * writes down what passes, and an answer reaches the script only when it is on disk.
 */
export class TapedChannel implements Channel {
  readonly ready: Promise<void>;
  readonly #options: TapedOptions;
  readonly #inner: Channel;
  /** What must be said and delivered again. */
  readonly #sent: readonly Sent[];
  readonly #deliveries: readonly Delivery[];
  #saidCount = 0;
  #deliveredCount = 0;
  /** Ids that were answered before the script was heard to ask. */
  readonly #unasked = new Set<number>();
  #isLive: boolean;
  #isOver = false;
  #isFaulty = false;
  #isPumping = false;
  /** Ids of calls that the script made again. */
  readonly #asked = new Set<number>();
  readonly #answered: ReadonlySet<number>;
  /** Calls that were in flight, until there is somebody to make them. */
  readonly #waiting: CallMessage[] = [];
  /** What the script said beyond its record before all of it was delivered. */
  #early: EngineMessage[] = [];
  #queue: HostMessage[] = [];
  #lazy: ReturnType<typeof setTimeout> | undefined;
  /** What callbacks of the record came to, by their number. */
  readonly #returned = new Map<number, ReturnedMessage>();

  constructor(options: TapedOptions) {
    this.#options = options;
    const { record, open, events } = options;
    this.#sent = record?.sent ?? [];
    this.#deliveries = record?.deliveries ?? [];
    this.#answered = new Set(this.#deliveries.flatMap((entry) => (entry.type === "return" ? [entry.id] : [])));
    this.#isLive = record === undefined;
    this.#inner = open({
      onMessage: (message) => this.#guarded(() => this.#receive(message)),
      onEnd: (failure) => events.onEnd(failure),
    });
    this.ready = this.#inner.ready;
  }

  send(message: Outgoing): void {
    if (message.type === "start") {
      this.#inner.send(message);
      if (this.#options.record === undefined) this.#flushSoon();
      else this.#guarded(() => this.#pump());
      return;
    }
    if (this.#isOver) return;
    const { clean } = this.#options;
    const journal = this.#options.journal();
    if (journal === undefined) return this.#inner.send(withoutNotes(message));
    journal.append(message.type === "release" ? message : clean(message));
    if (this.#queue.push(withoutNotes(message)) === 1) queueMicrotask(() => this.#guarded(() => this.#flush()));
  }

  kill(): void {
    this.#isOver = true;
    clearTimeout(this.#lazy);
    this.#inner.kill();
  }

  /** Something was added to the journal that need not be on disk at once. */
  wrote(): void {
    this.#flushSoon();
  }

  /** What the `index`-th callback of call `id` came to before a crash, or will come to: its number and, if it is over, its end. */
  recordedCallback(
    id: number,
    index: number,
  ): { readonly entry: CallbackEntry; readonly end?: ReturnedMessage } | undefined {
    const entry = this.#deliveries.find(
      (delivery): delivery is CallbackEntry =>
        delivery.type === "callback" && delivery.call === id && delivery.index === index,
    );
    if (entry === undefined) return undefined;
    const end = this.#returned.get(entry.id);
    return end === undefined ? { entry } : { entry, end };
  }

  #flush(): void {
    if (this.#isOver) return;
    this.#options.journal()?.flush();
    const queue = this.#queue;
    this.#queue = [];
    for (const message of queue) this.#inner.send(message);
  }

  #flushSoon(): void {
    const journal = this.#options.journal();
    if (journal === undefined || this.#lazy !== undefined || this.#isOver) return;
    this.#lazy = setTimeout(() => {
      this.#lazy = undefined;
      this.#guarded(() => journal.flush());
    }, LAZY_FLUSH);
  }

  /** Whatever goes wrong with the record ends the run, and is thrown at nobody. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#isOver = true;
      this.#isFaulty = true;
      this.#options.events.onFault(toFailure(error));
    }
  }

  #receive(message: EngineMessage): void {
    // What it printed before it was ended is heard all the same; what it printed after it diverged never was.
    if (message.type === "output") return this.#isFaulty ? undefined : this.#options.events.onMessage(message);
    if (this.#isOver) return;
    const recorded = this.#sent[this.#saidCount];
    if (recorded !== undefined) return this.#again(recorded, message);
    if (this.#isLive) this.#new(message);
    else this.#early.push(message);
  }

  /** The script said something that it must have said before. */
  #again(recorded: Sent, message: Sent): void {
    if (message.type === "call" && this.#options.onReplayed?.(message)) return this.#conclude();
    const clean = this.#options.clean(message);
    if (!isSameMessage(recorded, clean)) throw divergence(recorded, clean);
    this.#saidCount++;
    if (message.type === "returned") this.#returned.set(message.id, message);
    if (message.type === "call") {
      if (!this.#unasked.delete(message.id)) this.#asked.add(message.id);
      if (!this.#answered.has(message.id)) {
        if (this.#isLive) this.#options.events.onMessage(message);
        else this.#waiting.push(message);
      }
    } else if (this.#isLive || message.type === "result" || message.type === "failure") {
      this.#options.events.onMessage(message);
    } else if (message.type === "cancel") {
      const index = this.#waiting.findIndex(({ id }) => id === message.id);
      if (index >= 0) this.#waiting.splice(index, 1);
    }
    this.#pump();
  }

  /** The script said something for the first time. */
  #new(message: Exclude<EngineMessage, { type: "output" }>): void {
    const { clean, events, record } = this.#options;
    const journal = this.#options.journal();
    if (record !== undefined && message.type === "returned") this.#returned.set(message.id, message);
    if (journal !== undefined) {
      const cleaned = clean(message);
      journal.append(cleaned.type === "call" ? { ...cleaned, time: this.#options.now() } : cleaned);
      this.#flushSoon();
    }
    events.onMessage(message);
  }

  /** Delivers what was recorded, as far as the script has asked for it. */
  #pump(): void {
    if (this.#isPumping || this.#isLive) return;
    this.#isPumping = true;
    void this.#deliverAll().catch((error: unknown) =>
      this.#guarded(() => {
        throw error;
      }),
    );
  }

  async #deliverAll(): Promise<void> {
    const { pace } = this.#options;
    for (;;) {
      const next = this.#deliveries[this.#deliveredCount];
      if (this.#isOver) return;
      if (next === undefined) break;
      if (next.type === "return" && !this.#asked.delete(next.id)) {
        if (this.#unasked.size >= (this.#options.ahead ?? 0)) {
          this.#isPumping = false;
          return;
        }
        this.#unasked.add(next.id);
      }
      const wait = pace?.(next);
      if (wait !== undefined) await wait;
      this.#deliveredCount++;
      this.#inner.send(withoutNotes(next));
    }
    await this.#allDelivered();
  }

  async #allDelivered(): Promise<void> {
    const { onLive, record } = this.#options;
    if (onLive === undefined) {
      this.#isPumping = false;
      const said = this.#sent.at(-1)?.type;
      if (said === "result" || said === "failure" || this.#saidCount < this.#sent.length) return;
      // It was ended from outside, or the record ends before the run.
      return this.#conclude(record);
    }
    await onLive();
    if (this.#isOver) return;
    this.#isLive = true;
    for (const call of this.#waiting.splice(0)) this.#options.events.onMessage(call);
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.#new(message as Exclude<EngineMessage, { type: "output" }>);
  }

  #conclude(record?: RecordedRun): void {
    this.#isOver = true;
    this.#inner.kill();
    if (record === undefined) return;
    const last = this.#sent.findLast((message) => message.type === "call");
    const before = last === undefined ? "" : `, after call ${last.id}`;
    const unfinished = new SpellError("journal.unfinished", `The record ends here${before}: the run has no end`);
    this.#options.events.onFault(record.end?.failure ?? toFailure(unfinished));
  }
}

/** As the engine gets it: what is only for the journal stays here. */
function withoutNotes(message: Delivery): HostMessage {
  if (message.type === "return") {
    const { spent: _spent, read: _read, ...rest } = message;
    return rest;
  }
  if (message.type === "callback") {
    const { call: _call, index: _index, ...rest } = message;
    return rest;
  }
  return message;
}
