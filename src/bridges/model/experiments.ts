import type { RunInfo } from "../../contract/run.ts";
import { SpellError } from "../../contract/errors.ts";
import { nearest } from "../../contract/nearest.ts";
import type { Sample } from "./significance.ts";

/** What was recorded of one arm. */
interface Arm {
  successes: number;
  trials: number;
  readonly values: number[];
}

/** Gone with its run. */
const runs = new WeakMap<RunInfo, Map<string, Map<string, Arm>>>();

/** More of one arm is not kept. */
const MAX_VALUES = 100_000;

/** The same unit is always in the same arm: by a hash of the experiment's name and the unit's, not by chance. */
export function armOf(experiment: string, unit: string, arms: readonly string[], weights?: readonly number[]): string {
  const total = arms.reduce((sum, _, index) => sum + (weights?.[index] ?? 1), 0);
  let place = (hash(`${experiment}\0${unit}`) / 2 ** 32) * total;
  for (const [index, arm] of arms.entries()) {
    place -= weights?.[index] ?? 1;
    if (place < 0) return arm;
  }
  return arms.at(-1) ?? "";
}

/** FNV-1a with a last mixing, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Adds a result to an arm of an experiment of a run. */
export function recordResult(
  run: RunInfo,
  experiment: string,
  name: string,
  { success, value }: { readonly success?: boolean | undefined; readonly value?: number | undefined },
): void {
  const experiments = runs.get(run) ?? new Map<string, Map<string, Arm>>();
  runs.set(run, experiments);
  const arms = experiments.get(experiment) ?? new Map<string, Arm>();
  experiments.set(experiment, arms);
  const arm = arms.get(name) ?? { successes: 0, trials: 0, values: [] };
  arms.set(name, arm);
  if (success !== undefined) {
    arm.trials++;
    if (success) arm.successes++;
  }
  if (value === undefined) return;
  if (arm.values.length >= MAX_VALUES) {
    throw new SpellError("model.experiment", `The arm "${name}" of "${experiment}" has ${MAX_VALUES} values already`);
  }
  arm.values.push(value);
}

/** The samples of an experiment by arm: rates and values apart, as an arm may have both. */
export function samplesOf(
  run: RunInfo,
  experiment: string,
): { readonly rates: ReadonlyMap<string, Sample>; readonly values: ReadonlyMap<string, Sample> } {
  const experiments = runs.get(run);
  const arms = experiments?.get(experiment);
  if (arms === undefined) {
    const hint = nearest(experiment, experiments?.keys() ?? []);
    const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
    throw new SpellError("model.experiment", `Nothing was recorded of an experiment "${experiment}"${advice}`);
  }
  const rates = new Map<string, Sample>();
  const values = new Map<string, Sample>();
  for (const [name, arm] of arms) {
    if (arm.trials > 0) rates.set(name, { kind: "rate", successes: arm.successes, trials: arm.trials });
    if (arm.values.length > 0) values.set(name, { kind: "values", values: arm.values });
  }
  return { rates, values };
}
