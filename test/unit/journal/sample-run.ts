import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EndEntry, JournalEntry, StartEntry } from "../../../src/contract/journal.ts";
import { SpellError } from "../../../src/contract/errors.ts";
import type { Journal, NewRun } from "../../../src/journal/index.ts";

/** A folder that is removed at the end. */
export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), "llmspell-journal-"));
  file(name = "journal.db"): string {
    return join(this.path, name);
  }
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** What a run begins with. */
export function startEntry(spell = "greet", parameters: Readonly<Record<string, string>> = {}): StartEntry {
  const source = `print("hello") -- ${spell}`;
  return {
    type: "start",
    message: {
      type: "start",
      mode: "run",
      program: { file: `${spell}.lua`, source, modules: { "lib/a.lua": "return 1" } },
      parameters,
      surface: {},
      limits: {} as StartEntry["message"]["limits"],
      seed: 42,
      time: 1_790_000_000_000,
    },
    spell: {
      name: spell,
      version: "1.0",
      description: "",
      engine: "lua",
      path: `${spell}.lua`,
      sources: { [`${spell}.lua`]: source },
      shown: {},
    },
    profile: { name: "standard" } as unknown as StartEntry["profile"],
    invocation: { folder: "/somewhere" },
    versions: { llmspell: "0.1.0", engine: "5.4" },
  };
}

/** A call and its answer. */
export function exchange(id: number, value: string = `answer ${id}`): readonly JournalEntry[] {
  return [
    { type: "call", id, fiber: 1, module: "state", function: "get", args: [`key ${id}`] },
    { type: "return", id, value, time: 1_790_000_000_000 + id },
  ];
}

/** The end of a run with so many calls. */
export function endEntry(calls = 0, more: Partial<EndEntry> = {}): EndEntry {
  return {
    type: "end",
    time: 1_790_000_009_000,
    result: null,
    usage: { calls, llmCalls: 0, toolCalls: 0, fuel: 1, milliseconds: 9, outputBytes: 0, tokens: 0, usd: 0 },
    ...more,
  };
}

/** A run of that id. */
export function newRun(id: string, more: Partial<NewRun> = {}): NewRun {
  return { id, spell: "greet", engine: "lua", started: 1_790_000_000_000, ...more };
}

/** Writes a whole run, a flush for each call, and gives its entries. */
export function writeRun(
  journal: Journal,
  id: string,
  options: {
    readonly calls?: number;
    readonly run?: Partial<NewRun>;
    readonly output?: string;
    readonly end?: Partial<EndEntry> | false;
  } = {},
): JournalEntry[] {
  const { calls = 2, run = {}, output, end = {} } = options;
  const written: JournalEntry[] = [];
  const writer = journal.begin(newRun(id, run));
  const add = (...entries: readonly JournalEntry[]) => {
    for (const entry of entries) writer.append(entry);
    written.push(...entries);
    writer.flush();
  };
  add(startEntry(run.spell), { type: "session", time: 1_790_000_000_000 });
  for (let call = 1; call <= calls; call++) add(...exchange(call));
  if (output !== undefined) add({ type: "output", stream: "stdout", text: output });
  if (end !== false) add(endEntry(calls, end));
  writer.close();
  return written;
}

/** The error that something throws. */
export function errorOf(work: () => unknown): SpellError {
  try {
    work();
  } catch (error) {
    if (error instanceof SpellError) return error;
    throw error;
  }
  throw new Error("it threw nothing");
}
