import { SpellError } from "../contract/errors.ts";
import type { CallMessage } from "../contract/message.ts";
import type { Value } from "../contract/value.ts";
import type { Delivery, RecordedRun } from "../runtime/runs-on-disk.ts";
import { VERSION } from "./build-info.ts";
import { catchInterrupts } from "./catch-interrupts.ts";
import { flagOption, listOption, textArgument, textOption, type Command, type CommandInput } from "./command.ts";
import { toJson } from "./format-value.ts";
import { JOURNAL_OPTION, journalOf } from "./journal-option.ts";
import { readParameters } from "./plan-run.ts";
import { printable } from "./printable.ts";
import { reportOutcome } from "./report-outcome.ts";
import { suggestRuns } from "./suggest-runs.ts";
import type { Terminal } from "./terminal.ts";

/** Enough for any source that a profile allows. */
const MAX_SOURCE = 64 * 1024 * 1024;

/** `llmspell replay RUN` */
export const replay: Command = {
  name: "replay",
  summary: "Run a recorded run again from its record: no network, no model, the same end",
  group: "Run spells:",
  arguments: [
    { form: "<run>", doc: "Its id, the beginning of it, or last", complete: (before) => suggestRuns(before) },
  ],
  options: [
    { flags: "--until <call>", doc: "Stop before this call is answered" },
    { flags: "--step", doc: "Show each call with its line and wait for Enter before it is answered" },
    {
      flags: "--watch <function>",
      doc: "Show the calls of a function (llm.complete) or module; may be repeated",
      repeat: true,
    },
    { flags: "--speed <factor>", doc: "Take the time that the run took, divided by this; unless told, none" },
    { flags: "--source <file>", doc: "Replay against another source: the first difference is shown" },
    { flags: "-p, --param <key=value>", doc: "Replay with another parameter; may be repeated", repeat: true },
    JOURNAL_OPTION,
    { flags: "--json", doc: "Print one JSON object: result, output, usage, error" },
    { flags: "-q, --quiet", doc: "No notes on standard error" },
  ],
  examples: [
    "llmspell replay last",
    "llmspell replay 01m7 --step",
    "llmspell replay 01m7 --watch llm.complete --until 5",
    "llmspell replay 01m7 --source ./changed.lua",
  ],
  async run(input) {
    const watching = new Watching(input);
    const runs = await import("../runtime/runs-on-disk.ts");
    const { row, record } = runs.readRun(await journalOf(input), textArgument(input, 0));
    const replayed = await changed(input, record);
    watching.begins(record.start.message.time);
    const interrupt = catchInterrupts();
    const output: Uint8Array[] = [];
    const { id } = row;
    const { signal } = interrupt;
    try {
      const outcome = await runs.replayRun({
        ...{ id, record: replayed, signal },
        ...(watching.listens ? { onCall: (call: CallMessage) => watching.call(call) } : {}),
        ...(watching.isSlow ? { pace: (delivery: Delivery) => watching.pace(delivery, signal) } : {}),
        ...(watching.wantsPositions ? { positions: true } : {}),
        onOutput: (stream, text) => {
          if (!flagOption(input, "json")) input.terminal.spell(stream, text);
          else if (stream === "stdout") output.push(typeof text === "string" ? Buffer.from(text) : text.slice());
        },
      });
      const { failure } = outcome;
      const found = { id, recorded: record, replayed, signal, version: VERSION };
      const explained = failure && (await runs.explainDivergence(failure, found));
      const spell = runs.recordedSpell(replayed.start);
      return reportOutcome(input, spell, { ...outcome, failure: explained }, { output, learned: undefined });
    } finally {
      watching.close();
      interrupt.stop();
    }
  },
};

async function changed(input: CommandInput, record: RecordedRun): Promise<RecordedRun> {
  const source = textOption(input, "source");
  const given = readParameters(listOption(input, "param"));
  if (source === undefined && Object.keys(given).length === 0) return record;
  const runs = await import("../runtime/runs-on-disk.ts");
  const parameters = { ...(record.start.message.parameters as Readonly<Record<string, Value>>), ...given };
  const spell = source === undefined ? runs.recordedSpell(record.start) : await runs.loadFile(source, MAX_SOURCE);
  return runs.withSpell(record, spell, parameters);
}

/** What a person sees of a replay, and how fast. */
class Watching {
  readonly wantsPositions: boolean;
  readonly isSlow: boolean;
  readonly #until: number | undefined;
  readonly #speed: number | undefined;
  readonly #steps: boolean;
  readonly #watched: readonly string[];
  readonly #terminal: Terminal;
  readonly #calls = new Map<number, CallMessage>();
  /** The time of what was delivered last; at first that of the start. */
  #last = 0;
  #lines: Promise<{ readLine(prompt: string): Promise<string | null>; close(): void }> | undefined;

  constructor(input: CommandInput) {
    this.#terminal = input.terminal;
    this.#until = numberOption(input, "until", "the number of a call");
    this.#speed = numberOption(input, "speed", "a number over 0");
    this.#steps = flagOption(input, "step");
    this.#watched = listOption(input, "watch");
    this.wantsPositions = this.#steps || this.#watched.length > 0;
    this.isSlow = this.#steps || this.#speed !== undefined || this.#watched.length > 0;
  }

  begins(time: number): void {
    this.#last = time;
  }

  /** Whether it must hear of calls. */
  get listens(): boolean {
    return this.isSlow || this.#until !== undefined;
  }

  /** The script makes a call; true where the replay ends there. */
  call(call: CallMessage): boolean {
    if (this.isSlow) this.#calls.set(call.id, call);
    if (call.id !== this.#until) return false;
    this.#terminal.note(`llmspell: stopped at call ${call.id}, ${printable(`${call.module}.${call.function}`)}`);
    return true;
  }

  /** Before something is delivered: shows it and waits, where it is watched. */
  pace(delivery: Delivery, signal: AbortSignal): Promise<void> | undefined {
    const call = delivery.type === "return" ? this.#calls.get(delivery.id) : undefined;
    if (delivery.type === "return") this.#calls.delete(delivery.id);
    if (call !== undefined && delivery.type === "return" && (this.#steps || this.#isWatched(call))) {
      this.#show(call, delivery.error ?? delivery.value ?? null);
      if (this.#steps) return this.#wait();
    }
    const pause = this.#pause(delivery.time);
    return pause > 0 ? sleep(pause, signal) : undefined;
  }

  #isWatched({ module, function: name }: CallMessage): boolean {
    return this.#watched.some((wanted) => wanted === module || wanted === `${module}.${name}`);
  }

  #show(call: CallMessage, answer: Value): void {
    const { style, note } = this.#terminal;
    const { id, module, function: name, args, position, fiber } = call;
    const place = position === undefined ? "" : style.dim(` ${printable(position.file)}:${position.line}`);
    const of = fiber === 1 ? "" : style.dim(` fiber ${fiber}`);
    note(`${style.cyan(`#${id}`)} ${style.bold(printable(`${module}.${name}`))}(${text(args)})${place}${of}`);
    note(`  ${style.dim("→")} ${text(answer)}`);
  }

  async #wait(): Promise<void> {
    this.#lines ??= import("../runtime/runs-on-disk.ts").then(({ openLines }) =>
      openLines((prompt) => this.#terminal.spell("stderr", prompt)),
    );
    const line = await (await this.#lines).readLine("[Enter] next, [q]uit > ");
    if (line === null || line.trim().toLowerCase() === "q") {
      throw new SpellError("interrupted", "The replay was ended");
    }
  }

  #pause(time: number): number {
    const passed = time - this.#last;
    this.#last = time;
    return this.#speed === undefined ? 0 : passed / this.#speed;
  }

  close(): void {
    void this.#lines?.then((lines) => lines.close());
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Letters of a value that are shown. */
const MAX_SHOWN = 400;

function text(value: Value | readonly Value[]): string {
  const whole = Array.isArray(value)
    ? value.map((item) => JSON.stringify(toJson(item))).join(", ")
    : JSON.stringify(toJson(value as Value));
  const clean = printable(whole);
  return clean.length <= MAX_SHOWN ? clean : `${clean.slice(0, MAX_SHOWN - 1)}…`;
}

function numberOption(input: CommandInput, name: string, what: string): number | undefined {
  const given = textOption(input, name);
  if (given === undefined) return undefined;
  const number = Number(given);
  if (Number.isFinite(number) && number > 0) return number;
  throw new SpellError("usage", `--${name} takes ${what}, not "${given}"`);
}
