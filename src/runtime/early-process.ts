import { ENGINES } from "../engines/index.ts";
import { ProcessPool } from "../isolation/process-pool.ts";
import { selfCommand } from "./self-command.ts";

let early: ProcessPool | undefined;

/**
 * Has a child on its way before anything else is loaded, even the parser of the command line: a child takes
 * longer to boot than all the rest. Its engine is guessed from the words of the command line; a wrong guess
 * costs a process that is never used.
 */
export function startEarly(words: readonly string[]): void {
  const named = words.findIndex((word) => word === "--engine");
  const engine = ENGINES.find(({ id }) => named >= 0 && id === words[named + 1]) ?? guessEngine(words);
  if (engine === undefined) return;
  early = new ProcessPool(selfCommand(), 0);
  early.prepare(engine.id);
}

function guessEngine(words: readonly string[]) {
  const isMain = (word: string) =>
    ENGINES.find(({ extensions }) => extensions.some(({ ending }) => word.endsWith(ending)));
  return words.map(isMain).find((engine) => engine !== undefined) ?? ENGINES[0];
}

/** The pool of {@link startEarly}, or a new one. The caller closes it. */
export function takePool(): ProcessPool {
  const pool = early ?? new ProcessPool(selfCommand(), 0);
  early = undefined;
  return pool;
}

/** Ends a child that was started early for nothing: the command line was wrong, or only help was wanted. */
export function closeEarly(): void {
  early?.close();
  early = undefined;
}
