import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Effects } from "../contract/effects.ts";
import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import type { Learner } from "../runtime/learn.ts";
import type { FoundSpell, LoadedSpell, Outcome } from "../runtime/index.ts";
import { flagOption, textOption, type CommandInput } from "./command.ts";
import { printable } from "./printable.ts";

/** What a run is learned from, and what to do with it when the run has ended. */
export interface Learning {
  readonly learner: Learner;
  /** Writes the spell's lock where the run ended well, or answers the least profile where it is to be printed. */
  finish(outcome: Outcome): Promise<string | undefined>;
}

/** Begins to learn where `--learn` or `--lock` is given. Throws where there is no place for a lock. */
export async function beginLearning(
  input: CommandInput,
  { spell, profile, effects }: { readonly spell: LoadedSpell; readonly profile: Profile; readonly effects: Effects },
): Promise<Learning | undefined> {
  const locks = flagOption(input, "lock");
  if (!locks && !flagOption(input, "learn")) return undefined;
  const [{ Learner, lockFileOf, noPlaceForLock, writeLock }, { findUses }] = await Promise.all([
    import("../runtime/learn.ts"),
    import("../runtime/find-uses.ts"),
  ]);
  if (locks && !spell.onDisk) throw noPlaceForLock(spell.name);
  const learner = new Learner(profile, effects);
  const uses = [...spell.sources.values()].flatMap((text) => findUses(text, spell.engine).map(({ module }) => module));
  return {
    learner,
    async finish({ failure }) {
      if (locks && failure !== undefined) {
        input.terminal.note(printable(`llmspell: ${unlocked(spell.path, existsSync(lockFileOf(spell.path)))}`));
        return undefined;
      }
      const yaml = await learner.toYaml(spell.name, spell.engine.id, locks ? dirname(spell.path) : ".", uses);
      if (!locks) return yaml;
      const file = await writeLock(spell.path, yaml);
      input.terminal.note(printable(`llmspell: ${file} holds what ${spell.name} used; run --locked keeps it to that`));
      return undefined;
    },
  };
}

/** What a run that failed is no word about: it went only a part of its way. */
function unlocked(path: string, isLocked: boolean): string {
  const what = isLocked ? `the lock of ${path} was left as it is` : `no lock of ${path} was written`;
  return `${what}, as the run did not end well`;
}

/** The lock of a spell where `--locked` is given: a profile's path. */
export async function lockedProfile(input: CommandInput, found: FoundSpell): Promise<string | undefined> {
  if (!flagOption(input, "locked")) return undefined;
  if (textOption(input, "profile") !== undefined) {
    throw new SpellError("usage", "--locked runs under the spell's lock: it goes with no --profile");
  }
  return (await import("../runtime/learn.ts")).lockProfileOf(found);
}
