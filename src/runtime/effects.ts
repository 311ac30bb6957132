import type { ApprovalAnswer, ApprovalRequest } from "../contract/approval.ts";
import type { Effects, Models } from "../contract/effects.ts";
import type { ModelFacts } from "../contract/catalogue.ts";
import { SpellError } from "../contract/errors.ts";
import type { Variables } from "../contract/variables.ts";
import type { Network, Secrets } from "../contract/network.ts";
import {
  openAnswers,
  openEgress,
  openFiles,
  openPrograms,
  openSchemaFiles,
  StandardInput,
  systemClock,
} from "../host/index.ts";
import { modelFacts } from "./model-facts.ts";

/** What effects are made from. */
export interface EffectOptions {
  readonly models: Models;
  /** What is known of models; without it what is embedded, and no run was seen. */
  readonly facts?: ModelFacts;
  readonly maxInputBytes: number;
  readonly log: Effects["log"];
  /** Without it there are no secrets. */
  readonly outside?: { readonly network: Network; readonly secrets: Secrets; readonly close: () => void };
  /** Asks the person whether a call may happen, over the lines of standard input; absent where nobody can be asked. */
  readonly approve?: (
    request: ApprovalRequest,
    readLine: Effects["readLine"],
    signal: AbortSignal,
  ) => Promise<ApprovalAnswer>;
  /** The file of answers that all runs share; without one they are kept for each run alone. */
  readonly answersFile?: string | undefined;
  /** Files that no spell may change, whatever it is granted: profiles, and what was approved. */
  readonly keepFiles?: readonly string[];
  /** The command that starts this program, for what must outlive it. */
  readonly self?: readonly string[];
  /** Without it there are none. */
  readonly variables?: Variables;
  /** Shows a prompt before a line is read. */
  readonly prompt: (text: string) => void;
}

const NO_VARIABLES: Variables = { get: () => undefined, names: () => [], isKey: () => true };

/** The real world as a run's bridges reach it. `close` lets go of all of it. */
export function makeEffects(options: EffectOptions): { readonly effects: Effects; readonly close: () => void } {
  const input = new StandardInput(options.maxInputBytes);
  const { files, close: closeFiles } = openFiles({ keep: options.keepFiles ?? [] });
  const { answers, close: closeAnswers } = openAnswers({ file: options.answersFile, now: () => systemClock.now() });
  const { schemaFiles, close: closeSchemaFiles } = openSchemaFiles();
  const { programs, close: endPrograms } = openPrograms(options.self);
  const { outside = withoutSecrets() } = options;
  const readLine: Effects["readLine"] = (prompt, signal) => {
    if (prompt !== "") options.prompt(prompt);
    return input.readLine(signal);
  };
  const effects: Effects = {
    clock: systemClock,
    models: options.models,
    answers,
    facts: options.facts ?? modelFacts(undefined),
    files,
    schemaFiles,
    programs,
    variables: options.variables ?? NO_VARIABLES,
    log: options.log,
    network: outside.network,
    secrets: outside.secrets,
    readInput: () => input.readAll(),
    readLine,
    approve: (request, signal) => options.approve?.(request, readLine, signal) ?? Promise.resolve("nobody"),
  };
  const close = () => {
    input.close();
    endPrograms();
    closeFiles();
    closeSchemaFiles();
    closeAnswers();
    outside.close();
  };
  return { effects, close };
}

function withoutSecrets(): NonNullable<EffectOptions["outside"]> {
  const reveal = () => {
    throw new SpellError("grant.rule", "There are no secrets");
  };
  const network = openEgress({ reveal, environment: () => undefined });
  return { network, secrets: { list: () => [] }, close: () => network.close() };
}
