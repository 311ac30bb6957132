import type { Effects, LogEntry, Models } from "../contract/effects.ts";
import { SpellError } from "../contract/errors.ts";
import type { Network, Secrets } from "../contract/network.ts";
import { Egress, StandardInput, systemClock } from "../host/index.ts";

/** What effects are made from. */
export interface EffectOptions {
  readonly models: Models;
  readonly maxInputBytes: number;
  readonly log: (entry: LogEntry) => void;
  /** Without it there are no secrets. */
  readonly outside?: { readonly network: Network; readonly secrets: Secrets };
  /** Shows a prompt before a line is read. */
  readonly prompt: (text: string) => void;
}

function withoutSecrets(): NonNullable<EffectOptions["outside"]> {
  const reveal = () => {
    throw new SpellError("grant.rule", "There are no secrets");
  };
  return { network: new Egress({ reveal, environment: () => undefined }), secrets: { list: () => [] } };
}

/** The real world as a run's bridges reach it. `close` lets go of standard input. */
export function makeEffects(options: EffectOptions): { readonly effects: Effects; readonly close: () => void } {
  const input = new StandardInput(options.maxInputBytes);
  const { outside = withoutSecrets() } = options;
  const effects: Effects = {
    clock: systemClock,
    models: options.models,
    log: options.log,
    network: outside.network,
    secrets: outside.secrets,
    readInput: () => input.readAll(),
    readLine(prompt, signal) {
      if (prompt !== "") options.prompt(prompt);
      return input.readLine(signal);
    },
  };
  return { effects, close: () => input.close() };
}
