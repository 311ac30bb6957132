import type { Invocation } from "../../contract/journal.ts";
import type { Profile } from "../../contract/profile.ts";
import { newRunId } from "../run-id.ts";
import type { LoadedSpell } from "../spell-source.ts";
import type { Tape } from "./tape.ts";

/** What a new run's record is made from. */
export interface NewTapeOptions {
  /** The journal's file. */
  readonly file: string;
  readonly spell: LoadedSpell;
  readonly profile: Profile;
  readonly invocation: Invocation;
  /** That of llmspell. */
  readonly version: string;
  /** Its id, and the run and call that it is a part of, where it is one. */
  readonly id?: string;
  readonly parent?: { readonly id: string; readonly at: number };
}

/** The record of a run that begins. Its code is loaded while the spell's process starts. */
export function newTape({ file, spell, profile, invocation, version, parent, ...given }: NewTapeOptions): Tape {
  const started = Date.now();
  const id = given.id ?? newRunId(started);
  const { name, engine, manifest, path, sources, shown } = spell;
  return {
    id,
    async loadJournal() {
      const { openJournal } = await import("../../journal/index.ts");
      return () => {
        const journal = openJournal({ file, create: true, synced: profile.journal === "synced" });
        return journal.only(
          journal.begin({ id, spell: name, engine: engine.id, started, ...(parent === undefined ? {} : { parent }) }),
        );
      };
    },
    begin: (message) => ({
      type: "start",
      message,
      spell: {
        ...{ name, version: manifest.version, description: manifest.description, engine: engine.id, path },
        sources: Object.fromEntries(sources),
        shown: Object.fromEntries(shown),
      },
      profile,
      invocation,
      versions: { llmspell: version, engine: engine.title },
    }),
  };
}
