import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import type { StoredRun } from "./run-row.ts";
import type { Store } from "./store.ts";

/** Runs that are looked through for one that was meant, and named where several are. */
const MAX_NEAR = 1000;
const MAX_NAMED = 5;

/** The run of this very id. Throws `run.unknown`. */
export function requireRun(store: Store, id: string): StoredRun {
  const run = store.get<StoredRun>("SELECT * FROM runs WHERE id = ?", id);
  if (run === undefined) throw unknownRun(store, id);
  return run;
}

/** The run that a person names: by its id, by the beginning of it, or as `last`. Throws `run.unknown`. */
export function findRun(store: Store, reference: string): StoredRun {
  if (reference === "last") {
    const last = store.get<StoredRun>(
      "SELECT * FROM runs WHERE instr(id, '.') = 0 ORDER BY started DESC, number DESC LIMIT 1",
    );
    if (last === undefined) throw new SpellError("run.unknown", "There is no run in the journal yet");
    return last;
  }
  const exact = store.get<StoredRun>("SELECT * FROM runs WHERE id = ?", reference);
  if (exact !== undefined) return exact;
  const found =
    reference === ""
      ? []
      : store.all<StoredRun>(
          // Parts of a run are named with its id and a point: who does not write that means the run.
          "SELECT * FROM runs WHERE id >= ? AND id < ? AND (instr(id, '.') = 0 OR ?) ORDER BY id DESC LIMIT ?",
          reference,
          `${reference}\u{10ffff}`,
          reference.includes(".") ? 1 : 0,
          MAX_NAMED + 1,
        );
  const [only] = found;
  if (only === undefined) throw unknownRun(store, reference);
  if (found.length === 1) return only;
  const names = found.slice(0, MAX_NAMED).map(({ id }) => id);
  const more = found.length > MAX_NAMED ? " and others" : "";
  throw new SpellError("run.unknown", `Several runs begin with "${reference}": ${names.join(", ")}${more}`, {
    details: { runs: names },
    fix: "Write more of the id.",
  });
}

function unknownRun(store: Store, reference: string): SpellError {
  const ids = store.all<{ id: string }>("SELECT id FROM runs ORDER BY number DESC LIMIT ?", MAX_NEAR);
  const hint = nearest(
    reference,
    ids.map(({ id }) => id),
  );
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  return new SpellError("run.unknown", `There is no run "${reference}" in the journal${advice}`);
}
