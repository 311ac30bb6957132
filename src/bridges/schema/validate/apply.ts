import type { Value } from "../../../contract/value.ts";
import type { SchemaNode } from "./compiler.ts";
import { Evaluated } from "./evaluated.ts";
import type { Place } from "./place.ts";
import type { ValidationRun } from "./validation-run.ts";
import { asJson } from "./values.ts";

/** Applies a schema to a value that is not yet looked at: an item, a property, the whole. */
export function applyTo(node: SchemaNode, value: Value, place: Place, run: ValidationRun): boolean {
  return applyHere(node, asJson(value), place, run, run.tracks ? new Evaluated() : undefined);
}

/** Applies a schema to a value that other keywords look at too; what it looked at counts where the value fits. */
export function applyHere(
  node: SchemaNode,
  value: Value,
  place: Place,
  run: ValidationRun,
  seen: Evaluated | undefined,
): boolean {
  run.enter(node.place.pointer);
  const { resource } = node.place;
  const isOther = run.scope.at(-1) !== resource;
  if (isOther) run.scope.push(resource);
  let fits = true;
  for (const check of node.checks) {
    run.meter.spend(1);
    if (check(value, place, run, seen)) continue;
    fits = false;
    if (run.errors === undefined) break;
  }
  if (isOther) run.scope.pop();
  run.leave();
  return fits;
}

/** As {@link applyHere}, for one of several schemas: what it looked at is added only where the value fits. */
export function applyBranch(
  node: SchemaNode,
  value: Value,
  place: Place,
  run: ValidationRun,
  seen: Evaluated | undefined,
): boolean {
  const own = seen === undefined ? undefined : new Evaluated();
  const fits = applyHere(node, value, place, run, own);
  if (fits && own !== undefined) seen?.merge(own, run.meter.spend);
  return fits;
}
