import type { Effects, LogEntry, Models } from "../contract/effects.ts";
import { StandardInput, systemClock } from "../host/index.ts";

/** What effects are made from. */
export interface EffectOptions {
  readonly models: Models;
  readonly maxInputBytes: number;
  readonly log: (entry: LogEntry) => void;
  /** Shows a prompt before a line is read. */
  readonly prompt: (text: string) => void;
}

/** The real world as a run's bridges reach it. `close` lets go of standard input. */
export function makeEffects(options: EffectOptions): { readonly effects: Effects; readonly close: () => void } {
  const input = new StandardInput(options.maxInputBytes);
  const effects: Effects = {
    clock: systemClock,
    models: options.models,
    log: options.log,
    readInput: () => input.readAll(),
    readLine(prompt, signal) {
      if (prompt !== "") options.prompt(prompt);
      return input.readLine(signal);
    },
  };
  return { effects, close: () => input.close() };
}
