import { toFailure, type Failure } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import { ProcessPool } from "../isolation/index.ts";
import type { Project } from "../profile/index.ts";
import { withBareEffects } from "./bare-effects.ts";
import { castSpell } from "./cast-spell.ts";
import { checkUses } from "./check-uses.ts";
import { findSpell, loadSpell, type FoundSpell } from "./find-spell.ts";
import { lockProfileOf } from "./learn.ts";
import { prepareGrants } from "./prepare-grants.ts";
import { chooseFor, openProfile, requireEngine, requireNeeds } from "./project.ts";
import { selfCommand } from "./self-command.ts";
import { spellVariants } from "./spell-variants.ts";

/** One thing that was checked, with all that is wrong with it. */
export interface Checked {
  readonly kind: "spell" | "profile" | "project";
  /** As a person would write it. */
  readonly path: string;
  readonly engine?: string;
  readonly profile?: string;
  readonly problems: readonly Failure[];
  /** The texts that the problems' places are in. */
  readonly sources: ReadonlyMap<string, string>;
}

/** How spells are checked. */
export interface CheckOptions {
  /** Instead of the one that a run would have. */
  readonly profile: string | undefined;
  readonly engine: string | undefined;
  /** Against each spell's own lock, in the languages that it allows. */
  readonly locked: boolean;
  readonly project: Project | undefined;
}

const MAX_SOURCE = 64 * 1024 * 1024;

/**
 * Checks a spell in each of its languages without running it: its manifest, what it needs, its syntax (in a process
 * of its own, as a run would parse it) and the modules and functions that it uses.
 */
export async function checkSpell(reference: string, options: CheckOptions): Promise<Checked[]> {
  const found = await findSpell(reference, { engine: options.engine, maxBytes: MAX_SOURCE });
  const variants = options.engine === undefined ? await spellVariants(found, reference) : [found];
  const checked = await Promise.all(variants.map((variant) => checkVariant(variant, options)));
  const isOther = ({ problems }: Checked) => problems.length === 1 && problems[0]?.code === "grant.engine";
  return options.locked && !checked.every(isOther) ? checked.filter((each) => !isOther(each)) : checked;
}

async function checkVariant(found: FoundSpell, options: CheckOptions): Promise<Checked> {
  const { engine, path } = found;
  const problems: Failure[] = [];
  const note = (work: () => void) => {
    try {
      work();
    } catch (error) {
      problems.push(toFailure(error));
    }
  };
  const shown = path === "built in" ? `${found.name}/${found.main}` : path;
  const common = { kind: "spell" as const, path: shown, engine: engine.id };
  let sources: ReadonlyMap<string, string> = new Map();
  let chosen = options.locked ? "its lock" : (options.profile ?? "");
  try {
    const wanted = options.locked ? lockProfileOf(found) : options.profile;
    const choice = chooseFor(options.project, found.name, path, wanted);
    chosen = choice.profile;
    const profile = await openProfile(choice.profile, options.project);
    await withBareEffects((effects) => prepareGrants(profile, effects)).catch((error: unknown) => {
      problems.push(toFailure(error));
    });
    note(() => requireEngine(engine.id, profile));
    note(() => requireNeeds(found.manifest.needs, profile));
    const spell = await loadSpell(found, profile.limits.source);
    sources = spell.sources;
    const fault = await parse(spell, profile);
    if (fault !== undefined) problems.push(fault);
    for (const [file, source] of sources)
      problems.push(...checkUses(file, source, engine, profile, found.manifest.needs));
  } catch (error) {
    problems.push(toFailure(error));
  }
  return { ...common, profile: chosen, problems, sources };
}

/** Parses a spell where a run would. */
async function parse(spell: Awaited<ReturnType<typeof loadSpell>>, profile: Profile): Promise<Failure | undefined> {
  const pool = new ProcessPool(selfCommand(), 0);
  try {
    const { signal } = new AbortController();
    return await withBareEffects(async (effects) => {
      const common = { spell, profile, effects, pool, signal, parameters: {}, onOutput: () => {} };
      return (await castSpell({ ...common, mode: "check" })).failure;
    });
  } finally {
    pool.close();
  }
}
