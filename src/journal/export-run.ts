import { readTexts, toNewRun } from "./read-run.ts";
import type { StoredRun } from "./run-row.ts";
import { USER_VERSION } from "./schema.ts";
import type { Store } from "./store.ts";

/** A run as lines of JSON: what it is, each entry whole, and the head of its chain. */
export function exportRun(store: Store, run: StoredRun): string {
  const lines = [JSON.stringify({ journal: USER_VERSION, run: toNewRun(run) })];
  let digest = "";
  for (const checked of readTexts(store, run)) {
    lines.push(checked.text);
    digest = checked.digest.toHex();
  }
  lines.push(JSON.stringify({ entries: lines.length - 1, digest }));
  return lines.map((line) => `${line}\n`).join("");
}
