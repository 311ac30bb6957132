import type { JournalEntry, RunJournal } from "../../contract/journal.ts";

/** A run's record that is kept for as long as it is looked at. */
export class MemoryJournal implements RunJournal {
  readonly id: string;
  readonly entries: JournalEntry[] = [];
  readonly #refuse: ((entry: JournalEntry) => void) | undefined;

  /** `refuse` throws for what must not be written: the run ends there, before it has an effect. */
  constructor(id: string, refuse?: (entry: JournalEntry) => void) {
    this.id = id;
    this.#refuse = refuse;
  }

  append(entry: JournalEntry): void {
    this.#refuse?.(entry);
    this.entries.push(entry);
  }

  flush(): void {}

  close(): void {}
}
