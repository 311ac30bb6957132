import type { Answers } from "./answers.ts";
import type { ModelFacts } from "./catalogue.ts";
import type { Network, Secrets } from "./network.ts";
import type { Files } from "./files.ts";
import type { Approve } from "./approval.ts";
import type { Programs } from "./programs.ts";
import type { ModelInfo, Provider } from "./provider.ts";
import type { SchemaFiles } from "./schema-files.ts";
import type { Price } from "./spending.ts";
import type { Variables } from "./variables.ts";

/**
 * The world, as bridges reach it: they import nothing that touches it. The composition root fills it in, and
 * a test or a replay may fill it in otherwise.
 */
export interface Effects {
  readonly clock: Clock;
  readonly models: Models;
  readonly answers: Answers;
  readonly facts: ModelFacts;
  readonly files: Files;
  readonly schemaFiles: SchemaFiles;
  readonly programs: Programs;
  readonly variables: Variables;
  /** Shows an entry to the person. Before anything is written `claim` is told how many bytes, and may throw. */
  readonly log: (entry: LogEntry, claim?: (bytes: number) => void) => void;
  readonly network: Network;
  readonly secrets: Secrets;
  /** Asks the person whether a call may happen. */
  readonly approve: Approve;
  /** Standard input, whole; read once. Rejects with `limit.input`. */
  readonly readInput: () => Promise<Uint8Array>;
  /** One line of standard input without its newline, after `prompt` was shown; null at the end of input. */
  readonly readLine: (prompt: string, signal: AbortSignal) => Promise<string | null>;
}

/** Time as the host has it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted first. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The providers that this process knows. */
export interface Models {
  /**
   * The provider and its own name for a model. Without a name: the run's default. Throws
   * `provider.unknown` with the nearest name, or `provider.key`.
   */
  resolve(name: string | undefined): ResolvedModel;
  /** Every provider, whether it can be used, and why not. */
  providers(): readonly ProviderState[];
  /** The models of one provider, or of all usable ones. Asks the providers. */
  list(provider: string | undefined, signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /** Tokens of a text, by the model's tokenizer where it is known, otherwise by a common one (`exact: false`). */
  countTokens(text: string, model: string | undefined): Promise<{ readonly tokens: number; readonly exact: boolean }>;
}

/** A model that can be called. */
export interface ResolvedModel {
  readonly provider: Provider;
  /** The provider's own name: `claude-sonnet-4-5`. */
  readonly model: string;
  /** `provider/model`. */
  readonly name: string;
  /** Tokens that an answer may have where the request does not say; undefined: as many as the model can. */
  readonly defaultMaxTokens: number | undefined;
  /** Stands for who answers: another provider, address or key is another text. Tells nothing of the key. */
  readonly server: () => string;
  /** What it costs; loaded when it is first asked for. */
  readonly price: () => Promise<Price>;
}

/** One row of `llm.providers()` and `llmspell models`. */
export interface ProviderState {
  readonly id: string;
  readonly title: string;
  readonly usable: boolean;
  /** Why it cannot be used, where it cannot. */
  readonly reason?: string;
  /** The model that is meant when only the provider is named. */
  readonly defaultModel: string;
}

/** One line of a log. */
export interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
