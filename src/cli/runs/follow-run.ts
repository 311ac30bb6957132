import { entryToJson } from "../../contract/journal-json.ts";
import type { JournalEntry } from "../../contract/journal.ts";
import type { Journal } from "../../runtime/runs.ts";
import { flagOption, textArgument, type CommandInput } from "../command.ts";
import { printable } from "../printable.ts";
import { formatElapsed, formatUsd } from "./format-figures.ts";
import { argumentsOnOneLine, cut, onOneLine, safeJson, statusText, widthOf } from "./run-texts.ts";

/** How often a running one is looked at, in ms. */
const INTERVAL = 200;

/** Prints a run's entries as they come, until it ends. */
export async function followRun(input: CommandInput, journal: Journal): Promise<void> {
  const { terminal } = input;
  const { id } = journal.find(textArgument(input, 0));
  const isJson = flagOption(input, "json");
  const lines = new EntryLines(widthOf(terminal));
  let seen = 0;
  for (;;) {
    // Asked before the entries are read: what came after it would otherwise be missed.
    const status = journal.status(id);
    for (const entry of journal.tail(id, seen)) {
      seen++;
      const line = isJson ? safeJson(entryToJson(entry)) : lines.lineOf(entry);
      if (line !== undefined) terminal.out(`${line}\n`);
    }
    if (status !== "running") {
      if (!isJson) terminal.note(terminal.style.dim(`The run is ${statusText(journal.find(id))}`));
      return;
    }
    await Bun.sleep(INTERVAL);
  }
}

/** Entries as lines for a person. */
class EntryLines {
  #began = 0;
  #last = 0;

  constructor(readonly columns: number) {}

  /** Undefined for entries that nobody wants to see. */
  lineOf(entry: JournalEntry): string | undefined {
    const time = entry.type === "start" ? entry.message.time : "time" in entry ? entry.time : this.#last;
    if (entry.type === "start") this.#began = time;
    this.#last = Math.max(this.#last, time);
    const text = describe(entry);
    if (text === undefined) return undefined;
    const stamp = `+${formatElapsed(this.#last - this.#began)}`.padStart(11);
    return cut(`${stamp}  ${text}`, this.columns);
  }
}

function describe(entry: JournalEntry): string | undefined {
  switch (entry.type) {
    case "start":
      return `${printable(entry.spell.name)} began with ${onOneLine(entry.message.parameters)}`;
    case "call":
      return `${entry.id} → ${printable(`${entry.module}.${entry.function}`)}(${argumentsOnOneLine(entry.args)})`;
    case "return": {
      const { error, value, spent } = entry;
      const cost =
        spent === undefined ? "" : ` [${spent.tokens} tokens${spent.usd > 0 ? `, ${formatUsd(spent.usd)}` : ""}]`;
      const answer =
        error === undefined ? onOneLine(value ?? null) : `error ${printable(error.code)}: ${onOneLine(error.message)}`;
      return `${entry.id} ←${cost} ${answer}`;
    }
    case "cancel":
      return `${entry.id} given up`;
    case "output": {
      const text = typeof entry.text === "string" ? entry.text : Buffer.from(entry.text).toString();
      return `${entry.stream === "stderr" ? "!" : "|"} ${printable(text.replace(/\n$/, "")).replaceAll("\n", " ⏎ ")}`;
    }
    case "end":
      return entry.failure === undefined
        ? `done: ${onOneLine(entry.result)}`
        : `failed: ${printable(entry.failure.code)}: ${onOneLine(entry.failure.message)}`;
    default:
      return undefined;
  }
}
