import type { RunInfo } from "../../contract/run.ts";
import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import type { AskOptions, GroupOptions } from "./options.ts";

/** The groups that a run defined, and whose turn it is in each list of models. */
export interface RunGroups {
  readonly defined: Map<string, GroupOptions>;
  /** By the models of a list. */
  readonly turns: Map<string, number>;
  readonly credits: Map<string, number[]>;
}

/** Gone with its run. */
const runs = new WeakMap<RunInfo, RunGroups>();

/** Those of a run. */
export function groupsOf(run: RunInfo): RunGroups {
  const found = runs.get(run) ?? { defined: new Map(), turns: new Map(), credits: new Map() };
  runs.set(run, found);
  return found;
}

/** The options of a question with those of the group that it names behind them. Throws `provider.unknown-group`. */
export function withGroup(options: AskOptions, run: RunInfo): AskOptions {
  const { group, ...own } = options;
  if (group === undefined) return own;
  const { defined } = groupsOf(run);
  const found = defined.get(group);
  if (found !== undefined) return { ...found, ...own };
  const hint = nearest(group, defined.keys());
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  throw new SpellError("provider.unknown-group", `No group "${group}" was defined in this run${advice}`);
}
