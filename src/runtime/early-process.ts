import { ENGINES } from "../engines/index.ts";
import { ProcessPool } from "../isolation/process-pool.ts";
import { selfCommand } from "./self-command.ts";

/**
 * A pool with a child already on its way, before anything else of the runtime is loaded: a child takes longer
 * to boot than a profile to read. The engine is guessed from the spell's name; a wrong guess costs nothing but
 * a process that is never used.
 */
export function startEarly(reference: string, engine: string | undefined): ProcessPool {
  const pool = new ProcessPool(selfCommand(), 0);
  pool.prepare(engine ?? guessEngine(reference));
  return pool;
}

function guessEngine(reference: string): string {
  const byEnding = ENGINES.find(({ extensions }) => extensions.some(({ ending }) => reference.endsWith(ending)));
  return byEnding?.id ?? ENGINES[0]?.id ?? "";
}
